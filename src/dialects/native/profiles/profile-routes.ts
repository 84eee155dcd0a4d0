import * as z from 'zod'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { text } from '../../../http/text.ts'
import { commonFilters, Listing, sortOf } from '../../../http/words/listing.ts'
import {
  formatProfile,
  ProfileInput,
  ProfilePatch,
  ProfileReply,
  toNewProfile,
  toProfileChange,
} from '../../../http/words/profile-wire.ts'
import { ProfileId } from '../../../http/words/wire.ts'
import { type AnyCall, nativeRoute, operationOf } from '../edge/edge.ts'
import { foundReply, listOf } from '../edge/lists.ts'

/** Of an organization, as Illumio's: each has a ledger, which is 90 KB of disk. */
const MAX_PROFILES = 5_000

const params = z.object({ profile: ProfileId })
const replies = { 200: { description: 'The profile', schema: ProfileReply } }

const create = nativeRoute({
  method: 'post',
  path: '/v1/profiles',
  access: 'profiles.write',
  isHeavy: true,
  operation: {
    id: 'profiles_create',
    summary: 'Make a profile: what an agent becomes, and rules for its keys',
  },
  body: { schema: ProfileInput, encoding: 'json' },
  replies: { 201: { description: 'The new profile', schema: ProfileReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const issuer = await issuerFor(call, input.value)
    if (!issuer.ok) return issuer
    const made = await call.core.profiles.createProfile(
      operationOf(call),
      toNewProfile(input.value, issuer.value),
      MAX_PROFILES,
    )
    return map(made, (profile) => ({ status: 201, json: formatProfile(profile) }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: '/v1/profiles',
  access: 'profiles.read',
  operation: { id: 'profiles_list', summary: 'The organization’s profiles, of every dialect' },
  query: z.strictObject({
    ...Listing,
    name: text(255).optional().describe('As `q`'),
    state: z.enum(['enabled', 'disabled']).optional(),
    sort: sortOf('profiles'),
  }),
  replies: { 200: { description: 'A page of profiles', schema: listOf(ProfileReply) } },
  handle: async (call) => {
    const { name, state, sort: order, min_as_of } = call.query
    const isEnabled = state && state === 'enabled'
    const query = { ...commonFilters(call.query, name), isEnabled, order }
    const { profiles } = call.core
    return foundReply(
      call,
      (page) => profiles.browseProfiles(operationOf(call), query, page, min_as_of),
      formatProfile,
    )
  },
})

const get = nativeRoute({
  method: 'get',
  path: '/v1/profiles/:profile',
  access: 'profiles.read',
  operation: { id: 'profiles_get', summary: 'A profile, exact to this instant' },
  params,
  subject: 'profile',
  replies,
  handle: async (call) =>
    map(await call.core.profiles.getProfile(operationOf(call), call.params.profile), answer),
})

const change = nativeRoute({
  method: 'patch',
  path: '/v1/profiles/:profile',
  access: 'profiles.write',
  operation: {
    id: 'profiles_change',
    summary: 'Change the named members only',
    description: 'Keys that exist keep their limits; the switch and the addresses hold for them at once.',
  },
  params,
  subject: 'profile',
  body: { schema: ProfilePatch, encoding: 'json' },
  replies,
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { profile } = call.params
    const issuer = await issuerFor(call, input.value)
    if (!issuer.ok) return issuer
    const wanted = toProfileChange(input.value, issuer.value)
    return map(await call.core.profiles.changeProfile(operationOf(call), profile, wanted), answer)
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: '/v1/profiles/:profile',
  access: 'profiles.write',
  operation: {
    id: 'profiles_delete',
    summary: 'Delete a profile and end its keys; the agents that they made stay',
  },
  params,
  subject: 'profile',
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) =>
    map(await call.core.profiles.deleteProfile(operationOf(call), call.params.profile), () => ({
      status: 204,
    })),
})

const disable = switchRoute(
  'disable',
  'No key of the profile can be redeemed until it is enabled again',
  false,
)
const enable = switchRoute('enable', 'Keys of the profile can be redeemed again', true)

function switchRoute(verb: string, summary: string, isEnabled: boolean) {
  return nativeRoute({
    method: 'post',
    path: `/v1/profiles/:profile/${verb}`,
    access: 'profiles.write',
    operation: { id: `profiles_${verb}`, summary },
    params,
    subject: 'profile',
    replies,
    handle: async (call) =>
      map(
        await call.core.profiles.changeProfile(operationOf(call), call.params.profile, { isEnabled }),
        answer,
      ),
  })
}

/** The organization's, which its first profile with certificates makes; null: none is needed. */
async function issuerFor(
  call: AnyCall,
  { certificates }: { readonly certificates?: object | null | undefined },
): Promise<Outcome<number | null>> {
  return certificates ? call.core.issuers.agentIssuer(operationOf(call), 'native') : ok(null)
}

function answer(profile: Profile): Reply {
  return { status: 200, json: formatProfile(profile) }
}

export const profileRoutes = [create, list, get, change, remove, disable, enable]
