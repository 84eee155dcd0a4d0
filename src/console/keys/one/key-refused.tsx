import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { RefusalCount, Refusals } from '../../../core/enrollment/ledger/redemption.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { BarChart, type Bucket } from '../../components/figure/chart.tsx'
import { count, number } from '../../components/figure/number.ts'
import { clockOf, Time } from '../../components/figure/time.tsx'
import { LinkButton } from '../../components/form/button.tsx'
import { Foot, Table } from '../../components/list/table.tsx'
import { Empty } from '../../components/page/empty.tsx'
import { page } from '../../edge/page.ts'
import { urlOf } from '../../lists/asked.ts'
import { capital, pathOfKey, reasonWords } from '../shared.ts'
import { KeyParams, keyView } from './key-head.tsx'

const MINUTE = 60_000
const MINUTES = 60
const MAX_ROWS = 500
const MAX_SHOWN = 50

export const keyRefused = page({
  path: '/console/keys/:key/refused',
  access: 'keys.read',
  id: 'console_keys_refused',
  params: KeyParams,
  subject: 'key',
  show: async (visit) => {
    const { core, operation, params, now } = visit
    const [key, refusals] = await Promise.all([
      core.keys.getKey(operation, params.key),
      core.keys.listRefusals(operation, params.key, MAX_ROWS),
    ])
    if (!key.ok) return key
    if (!refusals.ok) return refusals
    const total = refusals.value.byReason.reduce((sum, { count }) => sum + count, 0)
    return ok(
      await keyView(visit, key.value, {
        tab: '/refused',
        count: total,
        content: <Refused keyOf={key.value} refusals={refusals.value} total={total} now={now} />,
      }),
    )
  },
})

function Refused({
  keyOf: key,
  refusals: { rows },
  total,
  now,
}: {
  readonly keyOf: EnrollmentKey
  readonly refusals: Refusals
  readonly total: number
  readonly now: number
}) {
  if (total === 0) {
    return (
      <Empty
        title="No machine was refused in the last 30 days"
        way={{ href: pathOfKey(key, '/explain'), label: 'Explain' }}
      >
        Explain says whether a machine would get in now, and which rule decides.
      </Empty>
    )
  }
  const buckets = bucketsOf(rows, now)
  const hour = buckets.reduce((sum, { refused }) => sum + refused, 0)
  const groups = groupsOf(rows)
  return (
    <div class="stack">
      <section aria-labelledby="minutes">
        <div class="sec-h">
          <h2 id="minutes">Refusals by minute</h2>
          <span class="muted small">{number(hour)} in the last hour</span>
        </div>
        <BarChart
          kind="refused"
          unit="Minute, UTC"
          buckets={buckets}
          sentence={sentenceOf(buckets, hour)}
          axis={[0, 15, 30, 45, 59].map((i) => buckets[i]?.label ?? '')}
        />
      </section>
      <section aria-labelledby="reasons">
        <div class="sec-h">
          <h2 id="reasons">By reason and address</h2>
        </div>
        <Table
          caption="Refusals by reason and address"
          columns={[
            { label: 'Reason' },
            { label: 'Times', class: 'r' },
            { label: 'From' },
            { label: 'Last' },
            { label: <span class="sr">Explain</span>, class: 'r' },
          ]}
          rows={groups.slice(0, MAX_SHOWN).map((group) => ({
            cells: [
              { class: 'nw k', content: capital(reasonWords(group.reason)) },
              { class: 'r num', content: number(group.count) },
              { class: 'full', content: group.network === null ? 'not known' : <code>{group.network}</code> },
              { class: 'nw', content: <Time at={group.last} now={now} /> },
              {
                class: 'r',
                content: (
                  <LinkButton
                    href={urlOf(pathOfKey(key, '/explain'), { address: addressOf(group.network) })}
                    isSmall
                  >
                    Explain
                  </LinkButton>
                ),
              },
            ],
          }))}
        />
        <Foot>
          {groups.length > MAX_SHOWN && `The ${MAX_SHOWN} most frequent of ${number(groups.length)}. `}
          {rows.length === MAX_ROWS ? 'From the newest rows of 30 days.' : 'Of the last 30 days.'} Nothing was
          spent.
        </Foot>
      </section>
    </div>
  )
}

function bucketsOf(rows: readonly RefusalCount[], now: number): readonly Bucket[] {
  const first = Math.floor(now / MINUTE) * MINUTE - (MINUTES - 1) * MINUTE
  const sums = new Map<number, number>()
  for (const { minute, count } of rows) sums.set(minute, (sums.get(minute) ?? 0) + count)
  return Array.from({ length: MINUTES }, (_, i) => {
    const at = first + i * MINUTE
    return { label: clockOf(at).slice(0, 5), refused: sums.get(at) ?? 0 }
  })
}

function sentenceOf(buckets: readonly Bucket[], sum: number): string {
  const peak = buckets.reduce((most, one) => (one.refused > most.refused ? one : most))
  const range = `Refusals by minute, ${buckets[0]?.label} to ${buckets.at(-1)?.label} UTC: ${count(sum, 'refusal')}.`
  return sum === 0 ? range : `${range} The most, ${peak.refused}, at ${peak.label}.`
}

type Group = Pick<RefusalCount, 'reason' | 'network' | 'count'> & { readonly last: number }

/** The most frequent first. */
function groupsOf(rows: readonly RefusalCount[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const { reason, network, minute, count } of rows) {
    const name = `${reason} ${network}`
    const before = groups.get(name)
    groups.set(name, {
      ...{ reason, network },
      count: (before?.count ?? 0) + count,
      last: Math.max(before?.last ?? 0, minute),
    })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.last - a.last)
}

/** An address of a network: any of an IPv6 /64 is refused alike. */
function addressOf(network: string | null): string | undefined {
  return network?.replace(/\/64$/, '1')
}
