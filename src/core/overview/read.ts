import { denialOf, memberCase, type Operation, operatorCase } from '../access/cases/operator-case.ts'
import { seesDecoys } from '../enrollment/keys/decoy.ts'
import { type EnrollmentKey, isPaused, keyState, usesLeft } from '../enrollment/ledger/key.ts'
import type { AuditEvent } from '../events/event.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Activity, OverviewFacts, Standing } from './port.ts'

const HOUR_MILLISECONDS = 3_600_000
const HOURS = 24
/** Who uses a key that expires so soon has to know. */
const SOON_MILLISECONDS = 7 * 24 * HOUR_MILLISECONDS
/** A key of several uses is nearly spent when that part of them is left. */
const NEARLY = 0.1
const MAX_EVENTS = 50

export const getStanding = memberCase(
  async (ports, { actor }): Promise<Outcome<Standing>> =>
    ok(await ports.overview.standing(actor.organization, userOf(actor))),
)

/** What the keys of an organization say. */
export type KeySummary = {
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

export type Overview = {
  readonly standing: Standing
  readonly keys: KeySummary | null
  /** The last 24 hours, the one that is under way included. */
  readonly activity: Activity | null
  /** The newest first. */
  readonly events: readonly AuditEvent[] | null
}

/**
 * Each part is of the whole organization, and null for a role that may read that of some labels only.
 * @param latest how many of the newest events
 */
export const getOverview = memberCase(
  async (ports, operation, latest: number): Promise<Outcome<Overview>> => {
    const { actor } = operation
    const now = ports.now()
    const hour = now - (now % HOUR_MILLISECONDS)
    const page = await ports.overview.page(actor.organization, userOf(actor), now, {
      keys: denialOf(operation, 'keys.read') ? null : { expiresBefore: now + SOON_MILLISECONDS },
      events: denialOf(operation, 'events.read')
        ? null
        : { since: hour - (HOURS - 1) * HOUR_MILLISECONDS, latest: Math.min(latest, MAX_EVENTS) },
    })
    return ok({
      standing: page.standing,
      keys: page.facts && summaryOf(operation, page.facts, now),
      activity: page.activity,
      events: page.latest,
    })
  },
)

function summaryOf(operation: Operation, facts: OverviewFacts, now: number): KeySummary {
  const shown = (key: EnrollmentKey) => !key.rules?.isDecoy || seesDecoys(operation)
  const isLive = (key: EnrollmentKey) => ['active', 'held', 'scheduled'].includes(keyState(key, now))
  return {
    ...{ agents: facts.agents, usableKeys: facts.usableKeys, hasKeys: facts.hasKeys },
    paused: facts.pausedLately.filter(
      (key) => shown(key) && isPaused(key, now) && key.revokedAt === null && key.isEnabled,
    ),
    nearlySpent: facts.usedLately.filter((key) => shown(key) && isLive(key) && isNearlySpent(key)),
    expiring: facts.expiring.filter(
      (key) => isLive(key) && (key.lastRedeemedAt ?? 0) > now - SOON_MILLISECONDS,
    ),
    stuckSince: facts.stuckSince,
  }
}

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

function userOf(actor: Operation['actor']): number | null {
  return actor.kind === 'user' ? Number(actor.publicId) : null
}
