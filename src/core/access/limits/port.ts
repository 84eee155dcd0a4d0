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

export type FailureGuard = {
  /** Seconds to wait, or null. @param from an address, or what stands for it where none is known */
  blockedSeconds(what: Guarded, from: string): number | null
  failed(what: Guarded, from: string): Promise<void>
}

export type Guarded = 'sign_in' | 'refresh'
