/** What came from a backup waits until an operator, who may know what happened since, lets it in again. */
import * as z from 'zod'
import { map } from '../../../core/kernel/outcome.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { formatKey, KeyReply } from '../../../http/words/key-wire.ts'
import { KeyId, ProfileId, Time } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'

const releaseKey = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/release',
  access: 'keys.write',
  operation: {
    id: 'keys_release',
    summary: 'Let a key that a restore suspended be redeemed again, and its agents refresh',
    description:
      'Its count is that of the backup: lower `max_uses` first by what was redeemed since, and revoke again what was ' +
      'revoked since. Not for a role with a scope: the agents may have any labels.',
  },
  params: z.object({ key: KeyId }),
  subject: 'key',
  replies: { 200: { description: 'The key', schema: KeyReply } },
  handle: async (call) => {
    const { keys } = call.core
    return map(await keys.releaseKey(operationOf(call), call.params.key), (key) => ({
      status: 200,
      json: formatKey(key, keys.stateOfKey(key)),
    }))
  },
})

const releaseProfile = nativeRoute({
  method: 'post',
  path: '/v1/profiles/:profile/release',
  access: 'keys.write',
  operation: {
    id: 'profiles_release',
    summary: 'The same for every key of a profile',
    description: 'Not for a role with a scope, either.',
  },
  params: z.object({ profile: ProfileId }),
  subject: 'profile',
  replies: { 200: { description: 'The number of keys', schema: z.object({ keys: z.number().int() }) } },
  handle: async (call) =>
    map(await call.core.keys.releaseKeysOfProfile(operationOf(call), call.params.profile), (keys) => ({
      status: 200,
      json: { keys },
    })),
})

const SuspendedApiKeys = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      principal: z.string(),
      created_at: Time,
      used_at: Time.nullable(),
      suspended_at: Time,
    }),
  ),
})

const listApiKeys = nativeRoute({
  method: 'get',
  path: '/v1/api-keys/suspended',
  access: 'access.read',
  operation: { id: 'api_keys_suspended', summary: 'API keys that a restore suspended; the oldest thousand' },
  replies: { 200: { description: 'They', schema: SuspendedApiKeys } },
  handle: async (call) =>
    map(await call.core.access.suspendedApiKeys(operationOf(call)), (keys) => ({
      status: 200,
      json: {
        items: keys.map(({ id, name, principal, createdAt, usedAt, suspendedAt }) => ({
          id: `api_${id}`,
          name,
          principal,
          created_at: formatTime(createdAt),
          used_at: formatTimeOrNull(usedAt),
          suspended_at: formatTime(suspendedAt),
        })),
      } satisfies z.output<typeof SuspendedApiKeys>,
    })),
})

const releaseApiKey = nativeRoute({
  method: 'post',
  path: '/v1/api-keys/:credential/release',
  access: 'access.write',
  operation: {
    id: 'api_keys_release',
    summary: 'Let an API key that a restore suspended authenticate again',
  },
  params: z.object({
    credential: z
      .string()
      .regex(/^api_1[0-9a-f]{16}$/)
      .transform((id) => id.slice('api_'.length)),
  }),
  subject: 'api_key',
  replies: { 204: { description: 'Released' } },
  handle: async (call) =>
    map(await call.core.access.releaseApiKey(operationOf(call), call.params.credential), () => ({
      status: 204,
    })),
})

export const releaseRoutes = [releaseKey, releaseProfile, listApiKeys, releaseApiKey]
