/** How often somebody may ask. A count is approximate and of one place: a guard, never a promise. */
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'

/** Each is a binding of wrangler.toml, whose budget is written there too. */
export const LIMITS = {
  /** Of a session or key (docs/dialects/illumio.md#request-rate). */
  illumio: { limit: 500, periodSeconds: 60 },
  /** The same of the APIs that lay down none. */
  native: { limit: 500, periodSeconds: 60 },
  datonis: { limit: 500, periodSeconds: 60 },
  /** Of a customer and address (docs/dialects/zpa.md#budgets). */
  zpa_read: { limit: 20, periodSeconds: 10 },
  zpa_write: { limit: 10, periodSeconds: 10 },
  /** Wrong credentials from an address. */
  failures: { limit: 20, periodSeconds: 60 },
} as const

export type LimitName = keyof typeof LIMITS

export type Limits = {
  /** Counts one; false: there were too many. */
  take(name: LimitName, key: string): Promise<boolean>
}

/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_LIMITS: Limits = { take: async () => true }

/** Counts a management request of a credential. The window's rest is unknown, so that the whole is waited for. */
export async function countRequest(ports: Ports, name: LimitName, key: string): Promise<Outcome<null>> {
  if (await ports.limits.take(name, key)) return ok(null)
  return refuse({ kind: 'rate_limited', retryAfterSeconds: LIMITS[name].periodSeconds })
}
