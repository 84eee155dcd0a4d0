import type { Budget } from '../limits/port.ts'

/** What a dialect's sessions are like. */
export type SessionPolicy = {
  /** What they are good for, and nothing else: `<dialect>:<sort>`. */
  readonly sort: string
  /** A session that is not used for so long ends; null: only at its age. */
  readonly idleSeconds: number | null
  /** None gets older. */
  readonly lifetimeSeconds: number
  /** Of the token. */
  readonly tokenBytes: number
  /** How often one may be used; null: once, or as often as it is asked. */
  readonly limit: Budget | null
  /** Whether opening one is a sign-in: counted and recorded. */
  readonly isSignIn: boolean
}
