import * as z from 'zod'
import { type EnrollmentKey, KEY_STATES } from '../../../core/enrollment/ledger/key.ts'
import { type Fault, map, type Outcome } from '../../../core/kernel/outcome.ts'
import type { Call, Reply } from '../../../http/route.ts'
import {
  formatKey,
  KeyInput,
  KeyPatch,
  KeyReply,
  MintedKeyReply,
  toKeyChange,
  toMintInput,
} from '../../../http/words/key-wire.ts'
import { commonFilters, Listing, sortOf } from '../../../http/words/listing.ts'
import { CODES, formatCode, KeyId, ProfileId, Timestamp } from '../../../http/words/wire.ts'
import { type Identity, nativeRoute, operationOf } from '../edge/edge.ts'
import { foundReply, listOf } from '../edge/lists.ts'

const params = z.object({ key: KeyId })
const replies = { 200: { description: 'The key', schema: KeyReply } }

const create = nativeRoute({
  method: 'post',
  path: '/v1/keys',
  access: 'keys.mint',
  operation: {
    id: 'keys_create',
    summary: 'Make an enrollment key of a profile of any dialect',
    description: 'A key of N uses makes at most N agents. An expiry in the past is refused.',
  },
  body: { schema: KeyInput, encoding: 'json' },
  replies: { 201: { description: 'The new key, and its code', schema: MintedKeyReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { profile_id: profile } = input.value
    const { keys } = call.core
    const made = await keys.mintKey(operationOf(call), profile, CODES, toMintInput(input.value), null)
    return map(made, ({ key, code }) => ({
      status: 201,
      json: { ...formatKey(key, keys.stateOfKey(key)), code: formatCode(code) },
    }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: '/v1/keys',
  access: 'keys.read',
  operation: {
    id: 'keys_list',
    summary: 'The organization’s keys',
    description: 'A role with a scope has to ask profile by profile.',
  },
  query: z.strictObject({
    ...Listing,
    profile_id: ProfileId.optional(),
    state: z
      .enum([...KEY_STATES, 'usable'])
      .optional()
      .describe('`usable`: neither off, nor expired, nor spent, whatever else it waits for'),
    expires_before: Timestamp.optional(),
    sort: sortOf('keys'),
  }),
  replies: { 200: { description: 'A page of keys', schema: listOf(KeyReply) } },
  handle: async (call) => {
    const { profile_id: profile, state, expires_before: expiresBefore, sort: order, min_as_of } = call.query
    const query = { ...commonFilters(call.query), profile, state, expiresBefore, order }
    const { keys } = call.core
    return foundReply(
      call,
      (page) => keys.browseKeys(operationOf(call), query, page, min_as_of),
      (key: EnrollmentKey) => formatKey(key, keys.stateOfKey(key)),
    )
  },
})

const get = nativeRoute({
  method: 'get',
  path: '/v1/keys/:key',
  access: 'keys.read',
  operation: { id: 'keys_get', summary: 'A key, exact to this instant' },
  params,
  subject: 'key',
  replies,
  handle: async (call) => answer(call, await call.core.keys.getKey(operationOf(call), call.params.key)),
})

const change = nativeRoute({
  method: 'patch',
  path: '/v1/keys/:key',
  access: 'keys.write',
  operation: { id: 'keys_change', summary: 'Change the named members only' },
  params,
  subject: 'key',
  body: { schema: KeyPatch, encoding: 'json' },
  replies,
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { key } = call.params
    return answer(call, await call.core.keys.changeKey(operationOf(call), key, toKeyChange(input.value)))
  },
})

const revoke = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/revoke',
  access: 'keys.revoke',
  operation: { id: 'keys_revoke', summary: 'End a key for good; the agents that it made stay' },
  params,
  subject: 'key',
  replies,
  handle: async (call) => answer(call, await call.core.keys.revokeKey(operationOf(call), call.params.key)),
})

const disable = switchRoute('disable', 'The key cannot be redeemed until it is enabled again', false)
const enable = switchRoute('enable', 'The key can be redeemed again, unless it is revoked', true)

const pause = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/pause',
  access: 'keys.write',
  operation: {
    id: 'keys_pause',
    summary: 'Refuse new claims until the key is resumed; what is held or enrolled stays',
  },
  params,
  subject: 'key',
  replies,
  handle: async (call) => answer(call, await call.core.keys.pauseKey(operationOf(call), call.params.key)),
})

const resume = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/resume',
  access: 'keys.write',
  operation: { id: 'keys_resume', summary: 'Let new claims in again, whatever paused the key' },
  params,
  subject: 'key',
  replies,
  handle: async (call) => answer(call, await call.core.keys.resumeKey(operationOf(call), call.params.key)),
})

function switchRoute(verb: string, summary: string, isEnabled: boolean) {
  return nativeRoute({
    method: 'post',
    path: `/v1/keys/:key/${verb}`,
    access: 'keys.write',
    operation: { id: `keys_${verb}`, summary },
    params,
    subject: 'key',
    replies,
    handle: async (call) =>
      answer(call, await call.core.keys.changeKey(operationOf(call), call.params.key, { isEnabled })),
  })
}

function answer<F extends Fault>(
  { core }: Call<Identity, unknown, unknown, unknown>,
  outcome: Outcome<EnrollmentKey, F>,
): Outcome<Reply, F> {
  return map(outcome, (key) => ({ status: 200, json: formatKey(key, core.keys.stateOfKey(key)) }))
}

export const keyRoutes = [create, list, get, change, disable, enable, pause, resume, revoke]
