import type { Location } from '../../../core/enrollment/ledger/location.ts'
import type {
  AgentLedger,
  Ledgers,
  MaintainedLedger,
  Ledger as OwnLedger,
} from '../../../core/enrollment/ledger/port.ts'
import {
  REPEATABLE,
  REPEATABLE_BY_AGENTS,
  REPEATABLE_IN_MAINTENANCE,
} from '../../../core/enrollment/ledger/repeatable.ts'
import type { Repeatable } from '../../../core/kernel/repeatable.ts'
import { remote } from '../object/remote.ts'
import type { Ledger } from './ledger.ts'
import type { ProfileMaker } from './remote-ledger.ts'

export function createLedgers(namespace: DurableObjectNamespace<Ledger>): Ledgers {
  const handle = <P extends object>(
    ledger: number,
    repeatable: Repeatable<P>,
    ...first: readonly unknown[]
  ) => handleAt<P>(null, ledger, repeatable, ...first)
  /** A location is a hint to the first call that an object gets, which makes it. */
  const handleAt = <P extends object>(
    location: Location | null,
    ledger: number,
    repeatable: Repeatable<P>,
    ...first: readonly unknown[]
  ) =>
    remote<P>({
      open: () => namespace.getByName(String(ledger), location ? { locationHint: location } : {}),
      repeatable,
      otherwise: 'throw',
      first,
    })
  return {
    open: (ledger, organization) => handle<OwnLedger>(ledger, REPEATABLE, organization),
    forAgents: (ledger) => handle<AgentLedger>(ledger, REPEATABLE_BY_AGENTS),
    forMaintenance: (ledger) => handle<MaintainedLedger>(ledger, REPEATABLE_IN_MAINTENANCE),
    createProfile: (ledger, profile, cause) =>
      handleAt<ProfileMaker>(profile.location ?? null, ledger, { create: false }).create(
        profile,
        ledger,
        cause,
      ),
  }
}
