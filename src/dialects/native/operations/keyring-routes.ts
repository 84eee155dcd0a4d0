/** What `npm run rotate` calls. All of it exists only while the secret LATCHKEY_BOOTSTRAP_TOKEN is set. */
import * as z from 'zod'
import type { RingVersion } from '../../../core/deployment/port.ts'
import { TOKEN_ALGORITHMS } from '../../../core/kernel/keyring.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { formatTime } from '../../../http/time.ts'
import { After, AfterAccessKey, ByVersion, NextAccessKey, Time } from '../../../http/words/wire.ts'
import { maintenanceOf, nativeRoute } from '../edge/edge.ts'

const Algorithm = z.enum(TOKEN_ALGORITHMS).describe('By which it signs agents’ access tokens')

const VersionReply = z.object({
  version: z.number().int(),
  used_from: Time.describe('Before that it is known, and nothing is made with it'),
  algorithm: Algorithm,
})

const KeyringReply = z.object({
  current: z.number().int(),
  versions: z.array(VersionReply),
  credentials: z
    .record(z.string(), ByVersion)
    .describe('API keys, API clients, key pairs, passwords, sessions, by the version that they hang on'),
  sealed_by_older: z.number().int().describe('Of what is shown again'),
  has_next_master_key: z.boolean(),
  is_rewrapped: z.boolean().describe('The newest master key opens all of it, alone'),
})

const params = z.object({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number),
})

const describe = nativeRoute({
  method: 'get',
  path: '/v1/maintenance/keyring',
  access: 'bootstrap',
  operation: { id: 'keyring_get', summary: 'The versions of the keyring, and what of D1 hangs on each' },
  replies: { 200: { description: 'The keyring, without its keys', schema: KeyringReply } },
  handle: async (call) => {
    const found = await call.core.deployment.describeRing(maintenanceOf(call))
    return map(found, ({ current, versions, credentials, sealedByOlder, hasNextMasterKey, isRewrapped }) => ({
      status: 200,
      json: {
        current,
        versions: versions.map(formatVersion),
        credentials: { ...credentials },
        sealed_by_older: sealedByOlder,
        has_next_master_key: hasNextMasterKey,
        is_rewrapped: isRewrapped,
      } satisfies z.output<typeof KeyringReply>,
    }))
  },
})

const rewrap = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/keyring/rewrap',
  access: 'bootstrap',
  operation: {
    id: 'keyring_rewrap',
    summary: 'Seal the keyring under LATCHKEY_MASTER_KEY_NEXT, which then opens it alone',
  },
  replies: {
    200: {
      description: 'The number of keys that were not sealed so before',
      schema: z.object({ rewrapped: z.number().int() }),
    },
  },
  handle: async (call) =>
    map(await call.core.deployment.rewrap(maintenanceOf(call)), (rewrapped) => ({
      status: 200,
      json: { rewrapped },
    })),
})

const add = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/keyring/versions',
  access: 'bootstrap',
  operation: {
    id: 'keyring_add_version',
    summary: 'Add a version to the keyring, unless one waits to be used',
    description:
      'It is used five minutes later, when every cache knows it, unless it has to be at once. Without `algorithm` ' +
      'it signs as the newest version does.',
  },
  body: {
    schema: z.strictObject({ at_once: z.boolean().default(false), algorithm: Algorithm.optional() }),
    encoding: 'json',
  },
  replies: { 200: { description: 'The version that is or will be current', schema: VersionReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { at_once: isUsedAtOnce, algorithm } = input.value
    const wanted = { isUsedAtOnce, algorithm }
    const added = await call.core.deployment.addRingVersion(maintenanceOf(call), wanted)
    return map(added, (version) => ({ status: 200, json: formatVersion(version) }))
  },
})

const reseal = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/keyring/reseal',
  access: 'bootstrap',
  operation: {
    id: 'keyring_reseal',
    summary: 'Seal some of what an older version sealed under the current one',
  },
  replies: {
    200: {
      description: 'The numbers of resealed and remaining secrets',
      schema: z.object({ resealed: z.number().int(), left: z.number().int() }),
    },
  },
  handle: async (call) =>
    map(await call.core.deployment.reseal(maintenanceOf(call)), (json) => ({ status: 200, json })),
})

const end = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/keyring/versions/:version/end',
  access: 'bootstrap',
  operation: {
    id: 'keyring_end_version',
    summary: 'Revoke the enrollment keys whose codes hang on a version, in a page of ledgers',
    description: 'What has to be done before the version is dropped, page after page.',
  },
  params,
  subject: 'ring_version',
  body: { schema: z.strictObject({ after: After }), encoding: 'json' },
  replies: {
    200: {
      description: 'The number, and the last ledger of the page',
      schema: z.object({ keys: z.number().int(), next: z.number().int().nullable() }),
    },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { deployment } = call.core
    const { version } = call.params
    const ended = await deployment.endRingVersion(maintenanceOf(call), version, input.value.after)
    return map(ended, (json) => ({ status: 200, json }))
  },
})

const endKeyPairs = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/keyring/versions/:version/end-key-pairs',
  access: 'bootstrap',
  operation: {
    id: 'keyring_end_key_pairs',
    summary: 'Delete key pairs whose access keys hang on a version, a page of them',
    description: 'What has to be done before the version is dropped, page after page.',
  },
  params,
  subject: 'ring_version',
  body: { schema: z.strictObject({ after: AfterAccessKey }), encoding: 'json' },
  replies: {
    200: {
      description: 'The number, and the last one of the page',
      schema: z.object({ key_pairs: z.number().int(), next: NextAccessKey }),
    },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { deployment } = call.core
    const { version } = call.params
    const ended = await deployment.endKeyPairs(maintenanceOf(call), version, input.value.after)
    return map(ended, ({ keyPairs: key_pairs, next }) => ({ status: 200, json: { key_pairs, next } }))
  },
})

const drop = nativeRoute({
  method: 'delete',
  path: '/v1/maintenance/keyring/versions/:version',
  access: 'bootstrap',
  operation: {
    id: 'keyring_drop_version',
    summary: 'Drop a version, and the API keys, API clients, passwords and sessions that hang on it',
    description: 'Not while something is made with it or still runs, nor while it seals something.',
  },
  params,
  subject: 'ring_version',
  replies: {
    200: {
      description: 'The number that ended with it',
      schema: z.object({
        api_keys: z.number().int(),
        api_clients: z.number().int(),
        passwords: z.number().int(),
        sessions: z.number().int(),
      }),
    },
  },
  handle: async (call) => {
    const dropped = await call.core.deployment.dropRingVersion(maintenanceOf(call), call.params.version)
    if (!dropped.ok) return dropped
    const { apiKeys: api_keys, apiClients: api_clients, passwords, sessions } = dropped.value
    return ok({ status: 200, json: { api_keys, api_clients, passwords, sessions } })
  },
})

function formatVersion({ version, usedFrom, algorithm }: RingVersion): z.output<typeof VersionReply> {
  return { version, used_from: formatTime(usedFrom), algorithm }
}

export const keyringRoutes = [describe, rewrap, add, reseal, end, endKeyPairs, drop]
