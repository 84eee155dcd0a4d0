/** At most `limit` requests in a period. `name` is that of a binding of wrangler.toml, which says the same: `LIMIT_<NAME>`. */
export type Budget = { readonly name: string; readonly limit: number; readonly periodSeconds: number }

/** Wrong credentials from an address. */
export const FAILURES = { name: 'failures', limit: 20, periodSeconds: 60 } as const satisfies Budget

export type Limits = {
  /** Counts one in the budget of that name; false: there were too many. */
  take(budget: string, key: string): Promise<boolean>
}

export type FailureGuard = {
  /** Seconds to wait, or null. @param from an address, or what stands for it where none is known */
  blockedSeconds(what: Guarded, from: string): number | null
  failed(what: Guarded, from: string): Promise<void>
}

export type Guarded = 'sign_in' | 'refresh'
