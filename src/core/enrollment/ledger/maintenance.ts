import type { ByVersion } from '../../deployment/port.ts'

/** What a ledger has that is of interest to who runs the deployment. */
export type Survey = {
  /**
   * Keys that can be redeemed, by the version of the ring that their codes hang on, and agents by that of the refresh token
   * that they presented last: which its successor may have left.
   */
  readonly keys: ByVersion
  readonly families: ByVersion
  /** Live certificates, which can be renewed. */
  readonly certificates: ByVersion
  readonly suspendedKeys: number
  readonly suspendedFamilies: number
  /** Changes that D1 does not have yet. */
  readonly waiting: number
}

export type Fenced = { readonly keys: number; readonly families: number }
