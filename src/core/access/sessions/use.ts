import type { Cause } from '../../kernel/cause.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import { auditDenial } from '../cases/audit-denial.ts'
import { openCase } from '../cases/open-case.ts'
import { countRequest } from '../limits/limits.ts'
import { actInChild } from '../organizations/enter.ts'
import { actAs, admits } from '../principal.ts'
import type { SessionPolicy } from './policy.ts'
import type { StoredSession } from './port.ts'
import { sessionTokenHash } from './token.ts'

/** How often the end of a session is put off at most, unless it would end before. */
const SLIDE_EVERY_MILLISECONDS = 60_000

export type SessionUse = {
  /** The organization that is asked for; absent: the session's own, or the user's first that lets them in. */
  readonly organization?: number
  /** Whether this use puts off its end; asked only of a session that is good. Absent: it does. */
  readonly doesSlide?: () => Promise<boolean>
}

/** Who a session's token stands for: one read of D1. Every failure is one fault, but for a foreign organization, and for a
 * session that is used more often than its policy allows. */
export const useSession = openCase(
  async (
    ports,
    policy: SessionPolicy,
    token: Uint8Array,
    request: Cause['request'],
    { organization, doesSlide }: SessionUse = {},
  ): Promise<Outcome<Actor>> => {
    const invalid = refuse({ kind: 'credential_invalid' })
    const tokenHash = await sessionTokenHash(await ports.keyring(), policy.sort, token)
    if (tokenHash === null) return invalid
    const counted = policy.limit ? await countRequest(ports, policy.limit, tokenHash) : ok(null)
    if (!counted.ok) return counted
    const found = await ports.sessions.find(tokenHash)
    const now = ports.now()
    if (!found || found.session.sort !== policy.sort || now >= found.session.endsAt) return invalid
    const { session } = found
    const wanted = organization ?? session.organization ?? undefined
    const own = found.principals.filter(
      (one) => one.isEnabled && (session.organization === null || session.organization === one.organization),
    )
    const by = { kind: 'session', id: session.tokenHash } as const
    const one =
      own.find(({ organization: its }) => its === wanted) ??
      own.find(({ restriction }) => admits(restriction, by.kind, request.address)) ??
      own[0]
    const actor = one
      ? actAs(ports.roles, one, by, request.address)
      : await actInChild(ports, found.principals, session.organization ?? 0, by, request.address)
    if (!actor.ok) return actor
    if (wanted !== undefined && actor.value.organization !== wanted) {
      auditDenial(ports, { actor: actor.value, request }, 'organization_foreign')
      return refuse({ kind: 'organization_foreign' })
    }
    ports.housekeeper.wake()
    if (!doesSlide || (await doesSlide())) slide(ports, session, now)
    return actor
  },
)

/** The user of a token that is good once: of two uses at once, one succeeds. */
export const consumeSession = openCase(
  async (ports, policy: SessionPolicy, token: Uint8Array): Promise<Outcome<{ readonly user: number }>> => {
    const tokenHash = await sessionTokenHash(await ports.keyring(), policy.sort, token)
    const taken = tokenHash && (await ports.sessions.take(tokenHash, policy.sort, ports.now()))
    return taken ? ok({ user: taken.user }) : refuse({ kind: 'credential_invalid' })
  },
)

function slide(ports: Ports, session: StoredSession, now: number): void {
  const { idleMilliseconds, endsAt, expiresAt, tokenHash } = session
  if (idleMilliseconds === null) return
  const next = Math.min(now + idleMilliseconds, expiresAt)
  if (next - endsAt < Math.min(SLIDE_EVERY_MILLISECONDS, idleMilliseconds / 10)) return
  ports.background(() => ports.sessions.slide(tokenHash, next))
}
