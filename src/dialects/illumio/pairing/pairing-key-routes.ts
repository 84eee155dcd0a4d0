import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { MAX_LIVE_KEYS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { CODES, formatCode } from './pairing-key-wire.ts'
import { OneProfile, profileOf } from './profile-of.ts'

const Nothing = z.strictObject({})
const PairingKey = z.object({
  activation_code: z
    .string()
    .regex(/^1[0-9a-f]{80}$/)
    .meta({ description: 'Shown once' }),
})

/** Uses and lifespan are those of the profile now (docs/dialects/illumio.md#limits-of-a-key); no request can change them. */
const AS_THE_PROFILE_SAYS = {
  name: '',
  maxUses: undefined,
  lifetimeSeconds: undefined,
  expiresAt: undefined,
  allowedAddresses: [],
} as const

const create = illumioRoute({
  method: 'post',
  path: '/api/v2/orgs/:org/pairing_profiles/:profile/pairing_key',
  access: 'keys.write',
  operation: {
    id: 'pairing_profiles_pairing_key_post',
    summary: 'Make a pairing key',
    description: 'Also of a disabled profile; only its redemption has to wait. The body is `{}`.',
  },
  params: OneProfile,
  body: { schema: Nothing, encoding: 'json' },
  replies: { 201: { description: 'Its code', schema: PairingKey } },
  handle: async (call) => {
    const profile = await profileOf(call)
    if (!profile.ok) return profile
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const made = await call.core.keys.mintKey(
      operation,
      profile.value,
      CODES,
      AS_THE_PROFILE_SAYS,
      MAX_LIVE_KEYS,
    )
    return made.ok ? ok({ status: 201, json: { activation_code: formatCode(made.value.code) } }) : made
  },
})

const removeAll = illumioRoute({
  method: 'delete',
  path: '/api/v2/orgs/:org/pairing_profiles/:profile/pairing_keys',
  access: 'keys.revoke',
  operation: { id: 'pairing_profiles_pairing_keys_delete', summary: 'End all pairing keys of a profile' },
  params: OneProfile,
  replies: { 204: { description: 'None of the keys pairs any more' } },
  handle: async (call) => {
    const profile = await profileOf(call)
    if (!profile.ok) return profile
    const ended = await call.core.keys.revokeKeysOfProfile(operationOf(call), profile.value)
    return ended.ok ? ok({ status: 204 }) : ended
  },
})

export const pairingKeyRoutes = [create, removeAll]
