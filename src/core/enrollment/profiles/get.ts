import type { Operation } from '../../access/operator-case.ts'
import { outside } from '../../access/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Profile } from '../ledger/profile.ts'
import { atProfile } from './in-scope.ts'

/** One profile, exact to this instant. */
export async function getProfile(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<Profile>> {
  return atProfile(ports, operation, 'profiles.read', id, async (ledger, reach) => {
    const found = await ledger.getProfile(id.n)
    return found.ok ? (outside(reach, found.value.grant) ?? found) : found
  })
}
