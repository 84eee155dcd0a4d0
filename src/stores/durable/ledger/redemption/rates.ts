/** How often a key makes agents (docs/concepts.md#guardrails): exact sliding windows, by the time at which agents were made. */
import type { EnrollmentKey } from '../../../../core/enrollment/ledger/key.ts'
import type { NewAgent } from '../tables/rows.ts'

const MINUTE_MILLISECONDS = 60_000
const HOUR_MILLISECONDS = 60 * MINUTE_MILLISECONDS

/**
 * For how many milliseconds the key makes no further agent; 0: it makes one now. Of the agents that it made, the one that
 * has to be older than a window is looked up by its number.
 * @param inFlush agents of the key that the same flush makes, and that no table has yet
 * @param network the attempt's; null: it is not known
 */
export function limitedFor(
  sql: SqlStorage,
  { n, uses, rules }: Pick<EnrollmentKey, 'n' | 'uses' | 'rules'>,
  inFlush: readonly NewAgent[],
  network: string | null,
  now: number,
): number {
  if (!rules) return 0
  const { perMinute, perHour, perNetworkPerHour } = rules.limits
  const ofKey = (nth: number) => inFlush.at(-nth)?.enrolled_at ?? madeAtUse(sql, n, uses - nth + 1)
  const ofNetwork = (nth: number) => {
    if (network === null) return null
    const own = inFlush.filter((agent) => agent.limited?.network === network)
    return own.at(-nth)?.enrolled_at ?? madeFrom(sql, n, network, nth - own.length)
  }
  const wait = (limit: number | null, milliseconds: number, madeAt: (nth: number) => number | null) => {
    const at = limit === null ? null : madeAt(limit)
    return at === null ? 0 : Math.max(0, at + milliseconds - now)
  }
  return Math.max(
    wait(perMinute, MINUTE_MILLISECONDS, ofKey),
    wait(perHour, HOUR_MILLISECONDS, ofKey),
    wait(perNetworkPerHour, HOUR_MILLISECONDS, ofNetwork),
  )
}

/** Whether agents of the key are to be found by these windows. */
export function isLimited(rules: EnrollmentKey['rules']): boolean {
  return rules !== null && Object.values(rules.limits).some((limit) => limit !== null)
}

/** When the key made its agent of that use; null: there is none, or it had no rate limit then. */
function madeAtUse(sql: SqlStorage, key: number, use: number): number | null {
  if (use < 1) return null
  const [row] = sql
    .exec<{ limited: number }>(
      'SELECT limited FROM agents WHERE key = ? AND use_number = ? AND limited IS NOT NULL',
      key,
      use,
    )
    .toArray()
  return row?.limited ?? null
}

/** The same of the n-th newest agent from a network. */
function madeFrom(sql: SqlStorage, key: number, network: string, nth: number): number | null {
  const [row] = sql
    .exec<{ limited: number }>(
      'SELECT limited FROM agents WHERE key = ? AND network = ? ORDER BY use_number DESC LIMIT 1 OFFSET ?',
      key,
      network,
      nth - 1,
    )
    .toArray()
  return row?.limited ?? null
}
