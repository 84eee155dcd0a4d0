import { reachCase } from '../../access/cases/reach-case.ts'
import { outside } from '../../access/reach/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Profile } from '../ledger/profile.ts'

/** One profile, exact to this instant. */
export const getProfile = reachCase(
  'profiles.read',
  async (ports, operation, reach, id: EntityId): Promise<Outcome<Profile>> =>
    atLedger(ports, operation, id, 'profile', async (ledger) => {
      const found = await ledger.getProfile(id.n)
      return found.ok ? (outside(reach, found.value.grant) ?? found) : found
    }),
)
