/** What every page of a key begins with: its name, its blade, its tabs. */
import type { Child } from 'hono/jsx'
import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { CODES, KeyId } from '../../../http/words/wire.ts'
import { momentOf, Time } from '../../components/figure/time.tsx'
import { Blade } from '../../components/figure/uses.tsx'
import { Act, LinkButton } from '../../components/form/button.tsx'
import { Head } from '../../components/page/head.tsx'
import { Note } from '../../components/page/message.tsx'
import { Tabs } from '../../components/page/tabs.tsx'
import type { View, Visit } from '../../edge/visit.ts'
import { nameOfKey, pathOfKey } from '../shared.ts'
import { IdentityRules } from './identity-rules.tsx'

/** Of every page below a key. */
export const KeyParams = z.object({ key: KeyId })

const TABS = [
  ['', 'Agents'],
  ['/slots', 'Expected'],
  ['/refused', 'Refused'],
  ['/explain', 'Explain'],
  ['/settings', 'Settings'],
] as const

type Part = {
  readonly tab: (typeof TABS)[number][0]
  /** Of the tab that is open. */
  readonly count?: number | undefined
  readonly gone?: readonly number[]
  readonly content: Child
  readonly overlay?: Child
  readonly status?: number
}

export async function keyView(visit: Visit, key: EnrollmentKey, part: Part): Promise<View> {
  const { core, operation, now } = visit
  const state = core.keys.stateOfKey(key)
  const described = await core.keys.describeKeys(operation, CODES, [key])
  const profile = described.ok ? described.value[0]?.profileName : null
  const name = nameOfKey(key)
  return {
    title: name,
    section: 'keys',
    status: part.status ?? 200,
    ...(part.overlay !== undefined && { overlay: part.overlay }),
    content: (
      <>
        <Head
          title={name}
          crumb={{ href: '/console/keys', label: 'Keys' }}
          sub={<Sub keyOf={key} profile={profile ?? null} now={now} />}
          actions={<Actions visit={visit} keyOf={key} />}
        />
        <Blade
          used={key.uses}
          max={key.maxUses}
          held={key.held}
          state={state}
          {...(part.gone && { gone: part.gone })}
        />
        {state === 'paused' && (
          <Note tone="warn">
            <p>
              Paused <Time at={key.pausedAt ?? now} now={now} />. No new machine gets in until{' '}
              {key.resumesAt === null ? 'an operator resumes it' : momentOf(key.resumesAt, now)}. Its agents
              go on.
            </p>
          </Note>
        )}
        {state === 'suspended_by_restore' && (
          <Note tone="warn" icon="restore">
            <p>
              It comes from a backup: it may have been used or revoked since. No machine gets in, and its
              agents do not refresh, until an operator releases it.
            </p>
          </Note>
        )}
        <IdentityRules keyOf={key} publicUrl={visit.publicUrl} />
        <Tabs
          label="Key"
          tabs={TABS.filter(
            ([path]) => path !== '/settings' || operation.actor.permissions.has('keys.write'),
          ).map(([path, label]) => ({
            href: pathOfKey(key, path),
            label,
            isCurrent: path === part.tab,
            count: path === part.tab ? part.count : undefined,
          }))}
        />
        {part.content}
      </>
    ),
  }
}

function Sub({
  keyOf: key,
  profile,
  now,
}: {
  readonly keyOf: EnrollmentKey
  readonly profile: string | null
  readonly now: number
}) {
  const from = key.allowedAddresses
  return (
    <>
      <code>{pathOfKey(key).split('/').at(-1)}</code>
      {profile && ` · ${profile}`}
      {' · '}
      {key.expiresAt === null ? (
        'never ends'
      ) : (
        <>
          {key.expiresAt > now ? 'ends' : 'ended'} <Time at={key.expiresAt} now={now} />
        </>
      )}
      {from.length > 0 &&
        ` · from ${from.slice(0, 2).join(', ')}${from.length > 2 ? ` and ${from.length - 2} more` : ''}`}
    </>
  )
}

/** What may be done with it now, and by this visitor. */
function Actions({ visit, keyOf: key }: { readonly visit: Visit; readonly keyOf: EnrollmentKey }) {
  const may = visit.operation.actor.permissions
  const state = visit.core.keys.stateOfKey(key)
  const path = (verb: string) => pathOfKey(key, `/${verb}`)
  const isLive = state !== 'revoked'
  return (
    <>
      {may.has('keys.write') && isLive && (
        <>
          {state === 'suspended_by_restore' && (
            <Act action={path('release')} tone="go" icon="restore">
              Release
            </Act>
          )}
          {state === 'paused' && (
            <Act action={path('resume')} tone="go" icon="play">
              Resume
            </Act>
          )}
          {key.expiresAt !== null && (
            <Act action={path('extend')} fields={{ days: '7' }}>
              Extend by 7 days
            </Act>
          )}
          {key.isEnabled ? (
            <Act action={path('disable')}>Disable</Act>
          ) : (
            <Act action={path('enable')}>Enable</Act>
          )}
        </>
      )}
      {may.has('keys.revoke') && isLive && (
        <LinkButton href={path('revoke')} tone="risk">
          Revoke
        </LinkButton>
      )}
    </>
  )
}
