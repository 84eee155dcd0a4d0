import type { AgentLedger, Ledger, MaintainedLedger } from '../../../core/enrollment/ledger/port.ts'
import type { NewProfile, Profile } from '../../../core/enrollment/ledger/profile.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import type { Fault, Outcome } from '../../../core/kernel/outcome.ts'
import type { OfOrganization } from '../object/remote.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

/** Makes a profile, and with the first one the ledger, whose number the object does not know before. */
export type ProfileMaker = {
  create(profile: NewProfile, ledger: number, cause: Cause): Promise<Outcome<Profile>>
}

/** All methods of a ledger that are remote. */
export type RemoteLedger = OfOrganization<Ledger> & AgentLedger & MaintainedLedger & ProfileMaker

/** Runs inside a commit, and decides on what the tables hold at that instant. */
export type Command<I extends readonly unknown[], T, F extends Fault> = (
  store: LedgerStore,
  now: number,
  ...input: I
) => Outcome<T, F>

/** What a command takes after the tables and the instant. */
export type Input<C> = C extends (store: LedgerStore, now: number, ...input: infer I) => unknown ? I : never
