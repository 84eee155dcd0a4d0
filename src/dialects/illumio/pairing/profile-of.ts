import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { parseLedger } from '../../../core/kernel/ids.ts'
import { notFound, type Outcome } from '../../../core/kernel/outcome.ts'
import type { Call } from '../../../http/route.ts'
import { PROFILE_NUMBER } from '../edge/constants.ts'
import { type Identity, operationOf } from '../edge/edge.ts'
import { IntegerId, OfOrganization } from '../edge/hrefs.ts'

export const OneProfile = OfOrganization.extend({ profile: IntegerId })

export type Caller = Call<Identity, unknown, unknown, unknown>

/** The profile that a path names; one that was made in another dialect's words is none of ours. */
export async function profileOf(
  call: Call<Identity, { readonly profile: string }, unknown, unknown>,
): Promise<Outcome<Profile>> {
  const ledger = parseLedger(call.params.profile)
  if (ledger === null) return notFound('profile')
  const found = await call.core.profiles.getProfile(operationOf(call), { ledger, n: PROFILE_NUMBER })
  return found.ok && found.value.dialect !== 'illumio' ? notFound('profile') : found
}
