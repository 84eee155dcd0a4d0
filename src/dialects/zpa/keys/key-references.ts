/** What a provisioning key names: each must be there, and be of use to it (docs/dialects/zpa.md#references). */
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { invalid, type Outcome, ok, type Refusal, refuse } from '../../../core/kernel/outcome.ts'
import { type AssociationType, groupTypeOf } from '../edge/association.ts'
import { type AnyCall, operationOf } from '../edge/edge.ts'
import { parseSmallId } from '../edge/ids.ts'
import { groupTypeOfProfile, parseGroupId } from '../groups/group-wire.ts'

export async function groupReference(
  call: AnyCall,
  type: AssociationType,
  id: string,
): Promise<Outcome<Profile>> {
  const parsed = parseGroupId(id, type === 'NP_ASSISTANT_GRP')
  if (!parsed) return unknown(id)
  const found = await call.core.profiles.getProfile(operationOf(call), parsed)
  if (!found.ok) return found.fault.kind === 'not_found' ? unknown(id) : found
  return groupTypeOfProfile(found.value) === groupTypeOf(type) ? found : unknown(id)
}

/** An enrollment certificate that can sign: it is there, and so is its private key. */
export async function issuerReference(call: AnyCall, id: string): Promise<Outcome<number>> {
  const parsed = parseSmallId(id)
  if (parsed === null) return unknown(id)
  const found = await call.core.issuers.getIssuer(operationOf(call), 'zpa', parsed)
  if (!found.ok) return found.fault.kind === 'not_found' ? unknown(id) : found
  const { maySign, hasPrivateKey } = found.value
  return maySign && hasPrivateKey ? ok(parsed) : invalid('enrollmentCertId', 'It cannot sign')
}

function unknown(id: string): Refusal {
  return refuse({ kind: 'reference_unknown', reference: id })
}
