import { memberCase, operatorCase } from '../access/cases/operator-case.ts'
import { seesDecoys } from '../enrollment/keys/decoy.ts'
import { type EnrollmentKey, isPaused, keyState, usesLeft } from '../enrollment/ledger/key.ts'
import type { AuditEvent } from '../events/event.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Activity, Standing } from './port.ts'

const HOUR_MILLISECONDS = 3_600_000
const HOURS = 24
/** Who uses a key that expires so soon has to know. */
const SOON_MILLISECONDS = 7 * 24 * HOUR_MILLISECONDS
/** A key of several uses is nearly spent when that part of them is left. */
const NEARLY = 0.1
const MAX_EVENTS = 50

export const getStanding = memberCase(async (ports, { actor }): Promise<Outcome<Standing>> => {
  const user = actor.kind === 'user' ? Number(actor.publicId) : null
  return ok(await ports.overview.standing(actor.organization, user))
})

export type Overview = {
  readonly agents: number
  readonly usableKeys: number
  /** Whether it ever had one. */
  readonly hasKeys: boolean
  /** What an operator should look at. */
  readonly paused: readonly EnrollmentKey[]
  readonly nearlySpent: readonly EnrollmentKey[]
  /** They expire within a week, and were redeemed in the last. */
  readonly expiring: readonly EnrollmentKey[]
  readonly stuckSince: number | null
}

/** Of the whole organization, and not for a role that may read the keys of some labels only. */
export const getOverview = operatorCase('keys.read', async (ports, operation): Promise<Outcome<Overview>> => {
  const { organization } = operation.actor
  const now = ports.now()
  const facts = await ports.overview.facts(organization, now, now + SOON_MILLISECONDS)
  const shown = (key: EnrollmentKey) => !key.rules?.isDecoy || seesDecoys(operation)
  const isLive = (key: EnrollmentKey) => ['active', 'held', 'scheduled'].includes(keyState(key, now))
  return ok({
    ...{ agents: facts.agents, usableKeys: facts.usableKeys, hasKeys: facts.hasKeys },
    paused: facts.pausedLately.filter(
      (key) => shown(key) && isPaused(key, now) && key.revokedAt === null && key.isEnabled,
    ),
    nearlySpent: facts.usedLately.filter((key) => shown(key) && isLive(key) && isNearlySpent(key)),
    expiring: facts.expiring.filter(
      (key) => isLive(key) && (key.lastRedeemedAt ?? 0) > now - SOON_MILLISECONDS,
    ),
    stuckSince: facts.stuckSince,
  })
})

/** The last 24 hours, the one that is under way included. */
export const getActivity = operatorCase(
  'events.read',
  async (ports, operation): Promise<Outcome<Activity>> => {
    const now = ports.now()
    const hour = now - (now % HOUR_MILLISECONDS)
    const since = hour - (HOURS - 1) * HOUR_MILLISECONDS
    return ok(await ports.overview.activity(operation.actor.organization, since, now))
  },
)

/** The newest events; a few. */
export const listLatestEvents = operatorCase(
  'events.read',
  async (ports, operation, limit: number): Promise<Outcome<readonly AuditEvent[]>> =>
    ok(await ports.overview.latest(operation.actor.organization, Math.min(limit, MAX_EVENTS))),
)

function isNearlySpent(key: EnrollmentKey): boolean {
  const left = usesLeft(key)
  return left !== null && key.maxUses !== null && key.maxUses > 1 && left <= key.maxUses * NEARLY
}
