/** What a key that is being described would do, in a sentence. */
import type { Child } from 'hono/jsx'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { number } from '../../components/figure/number.ts'
import { durationOf, momentOf } from '../../components/figure/time.tsx'
import { BlankBlade } from '../../components/figure/uses.tsx'
import { Facts } from '../../components/list/facts.tsx'
import { instantOf, type KeyForm, lifetimeOf, linesOf } from './key-form.ts'

export function Meaning({
  form,
  profile,
  now,
}: {
  readonly form: KeyForm
  readonly profile: Profile | undefined
  readonly now: number
}) {
  const labels = linesOf(form.labels)
  const seconds = profile?.defaultLifetimeSeconds
  return (
    <aside class="means panel quiet region" id="means" aria-label="What this key does" aria-live="polite">
      <div>
        <BlankBlade max={usesOf(form) ?? null} />
        <p class="say">{sentenceOf(form, now)}</p>
        <p class="hint sp">A tooth is cut when an agent exists, not before.</p>
      </div>
      <div>
        <h2>A machine becomes</h2>
        <Facts
          rows={[
            ['Profile', profile?.name ?? 'none chosen'],
            ['Labels', labels.length > 0 ? labels.join(', ') : 'none'],
            ['Token', '10 minutes, then refreshed'],
            seconds ? ['Usual life', durationOf(seconds)] : null,
          ]}
        />
      </div>
      <div>
        <h2>The same in a terminal</h2>
        <pre class="small mono">
          {commandOf(form, profile).map((part, i) => (
            <>
              {i > 0 && ' '}
              <span class="nb">{part}</span>
            </>
          ))}
        </pre>
      </div>
    </aside>
  )
}

/** undefined: no whole number; null: no limit. */
function usesOf({ uses, max_uses = '' }: KeyForm): number | null | undefined {
  if (uses === 'u') return null
  if (uses === '1') return 1
  const value = Number(max_uses)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

function endOf(form: KeyForm, now: number): number | null {
  const seconds = lifetimeOf(form)
  if (seconds !== undefined) return now + seconds * 1_000
  return form.ends === 'date' ? instantOf(form.ends_at) : null
}

function sentenceOf(form: KeyForm, now: number): Child {
  if (form.decoy === 'on') {
    return (
      <>
        <b>No machine</b> may enroll: it is a decoy. Each that tries is reported.
      </>
    )
  }
  const uses = usesOf(form)
  const end = endOf(form, now)
  const from = linesOf(form.from)
  return (
    <>
      <b>
        {uses === null
          ? 'Any number of machines'
          : uses === undefined
            ? 'A number of machines'
            : uses === 1
              ? '1 machine'
              : `${number(uses)} machines`}
      </b>{' '}
      may enroll,{' '}
      {end === null ? (
        <>
          and <b>the key never ends</b>
        </>
      ) : Number.isNaN(end) ? (
        'until a date that you choose'
      ) : (
        <>
          until <b>{momentOf(end, now)} UTC</b>
        </>
      )}
      {from.length > 0 && (
        <>
          , only from <b>{from.slice(0, 3).join(', ')}</b>
          {from.length > 3 && ` and ${from.length - 3} more`}
        </>
      )}
      {form.approval === 'on' && (
        <>
          , <b>each after an operator approves it</b>
        </>
      )}
      {form.hold === 'required' && ', after it held a use'}
      {form.windows && ', at the times below'}.
    </>
  )
}

function commandOf(form: KeyForm, profile: Profile | undefined): readonly string[] {
  const uses = usesOf(form)
  const seconds = lifetimeOf(form)
  return [
    'latchkey keys create',
    profile && `-p ${quoted(profile.name)}`,
    form.name && `-n ${quoted(form.name)}`,
    `-u ${uses === null ? 'unlimited' : (uses ?? 1)}`,
    `-e ${form.ends === 'never' || seconds === undefined ? 'never' : form.ends}`,
    ...linesOf(form.from).map((range) => `--from ${quoted(range)}`),
    ...linesOf(form.labels).map((label) => `--label ${quoted(label)}`),
    form.hold && form.hold !== 'off' && `--hold ${form.hold}`,
    form.approval === 'on' && '--approval',
  ].flatMap((part) => part || [])
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:=@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
