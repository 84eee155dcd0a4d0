/** How often a caller may ask. A count is approximate and of one location: a guard, never a promise. */
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Budget, Limits } from './port.ts'
/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_LIMITS: Limits = { take: async () => true }

/** Counts a management request of a credential. The window's rest is unknown, so that the whole is waited for. */
export async function countRequest(ports: Ports, budget: Budget, key: string): Promise<Outcome<null>> {
  if (await ports.limits.take(budget.name, key)) return ok(null)
  return refuse({ kind: 'rate_limited', retryAfterSeconds: budget.periodSeconds })
}
