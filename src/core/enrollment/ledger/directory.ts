import type { Dialect } from '../../kernel/cause.ts'

/** A value that only one ledger's profile of an organization may have. */
export type Reservation = {
  readonly organization: number
  readonly scope: string
  readonly value: string
  readonly ledger: number
}

/** Who has a reserved value, and since when (Unix milliseconds). */
export type Holder = { readonly ledger: number; readonly reservedAt: number }

/** Which ledgers there are, and which of them has a value that is unique in its organization. */
export type LedgerDirectory = {
  /** A new ledger's number. */
  allot(organization: number): Promise<number>
  /** The ledger that all profiles of that dialect in the organization share; allotted when first needed. */
  shared(organization: number, dialect: Dialect): Promise<number>
  /** Whether that number was allotted to that organization; asked before a ledger is opened by an id from outside. */
  isOwned(organization: number, ledger: number): Promise<boolean>
  /** Takes the value if it is free, or renews one's own; who has it then. */
  reserve(reservation: Reservation, now: number): Promise<Holder>
  /** Takes the value from a holder, unless that renewed it meanwhile. */
  takeOver(reservation: Reservation, from: Holder, now: number): Promise<boolean>
  /** Unless it was renewed since then. */
  release(reservation: Reservation, since: number): Promise<void>
}
