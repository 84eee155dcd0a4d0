/** From where credentials may be used (docs/dialects/illumio.md#access-restrictions). */

import * as z from 'zod'
import type { CredentialKind } from '../../../core/access/actor.ts'
import type { AccessRestriction } from '../../../core/access/restrictions/port.ts'
import { isAddressRange } from '../../../core/kernel/address.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { maxResults, ofItems } from '../edge/collection.ts'
import { MAX_RESTRICTIONS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { ActorHref, actorHref, hrefOf, IntegerId, OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const COLLECTION = '/api/v2/orgs/:org/access_restrictions'
const OneRestriction = OfOrganization.extend({ restriction: IntegerId })
const MAX_RANGES = 8
const MAX_DESCRIPTION_CHARACTERS = 4_096

const EXCLUSIONS = { user_sessions: 'session', api_keys: 'api_key' } as const satisfies Record<
  string,
  CredentialKind
>
type Exclusion = keyof typeof EXCLUSIONS

const Exclusions = z.array(z.enum(['user_sessions', 'api_keys'])).max(2)
const FIELDS = {
  name: text(255).min(1),
  description: prose(MAX_DESCRIPTION_CHARACTERS).optional(),
  ips: z
    .array(text(64).refine(isAddressRange, 'It must be an address or a CIDR range'))
    .min(1)
    .max(MAX_RANGES),
  enforcement_exclusions: Exclusions.nullable().optional(),
}
const CreateRestriction = z.strictObject(FIELDS)
const ChangeRestriction = z.strictObject(FIELDS).partial()

const RestrictionReply = z.object({
  href: z.string(),
  name: z.string(),
  description: z.string(),
  ips: z.array(z.string()),
  enforcement_exclusions: Exclusions,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  created_by: ActorHref,
  updated_by: ActorHref,
})

const Filters = z.strictObject({ max_results: maxResults() })

const list = listing({
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'access_restrictions_get', summary: 'List access restrictions' },
  params: OfOrganization,
  query: Filters,
  item: RestrictionReply,
  collect: async (call) =>
    map(await call.core.restrictions.listRestrictions(operationOf(call), MAX_RESTRICTIONS), (found) =>
      ofItems(found.map(formatOne)),
    ),
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:restriction`,
  access: 'access.read',
  operation: { id: 'access_restriction_get', summary: 'One access restriction' },
  params: OneRestriction,
  replies: { 200: { description: 'The restriction', schema: RestrictionReply } },
  handle: async (call) => {
    const found = await call.core.restrictions.getRestriction(operationOf(call), idOf(call.params))
    return found.ok ? ok({ status: 200, json: formatOne(found.value) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'access_restrictions_post',
    summary: 'Make an access restriction',
    description:
      'It holds for the principals that name it. Without a known address it refuses every request.',
  },
  params: OfOrganization,
  body: { schema: CreateRestriction, encoding: 'json' },
  replies: { 201: { description: 'The restriction', schema: RestrictionReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { name, description = '', ips: ranges, enforcement_exclusions: excluded } = input.value
    const restriction = { name, description, ranges, exclusions: exclusionsOf(excluded) }
    const made = await call.core.restrictions.createRestriction(
      operationOf(call),
      restriction,
      MAX_RESTRICTIONS,
    )
    return made.ok ? ok({ status: 201, json: formatOne(made.value) }) : made
  },
})

const change = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/:restriction`,
  access: 'access.write',
  operation: {
    id: 'access_restrictions_put',
    summary: 'Change an access restriction; it holds at once',
  },
  params: OneRestriction,
  body: { schema: ChangeRestriction, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.restrictions.getRestriction(operation, idOf(call.params))
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const { name, description, ips: ranges, enforcement_exclusions: excluded } = input.value
    const exclusions = excluded === undefined ? undefined : exclusionsOf(excluded)
    const members = given({ name, description, ranges, exclusions })
    const changed = await call.core.restrictions.changeRestriction(operation, found.value.id, members)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:restriction`,
  access: 'access.write',
  operation: {
    id: 'access_restrictions_delete',
    summary: 'Delete an access restriction that no principal has',
  },
  params: OneRestriction,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const id = idOf(call.params)
    const removed = await call.core.restrictions.deleteRestriction(operationOf(call), id)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

/** Larger ones do not exist, and lose no digit by it. */
function idOf({ restriction }: { readonly restriction: string }): number {
  return restriction.length > 15 ? 0 : Number(restriction)
}

function exclusionsOf(excluded: readonly Exclusion[] | null | undefined): readonly CredentialKind[] {
  return [...new Set(excluded ?? [])].map((one) => EXCLUSIONS[one])
}

function formatOne(restriction: AccessRestriction): z.output<typeof RestrictionReply> {
  const { id, organization, name, description, ranges, exclusions } = restriction
  const names = Object.keys(EXCLUSIONS) as Exclusion[]
  return {
    href: hrefOf(organization, 'access_restrictions', id),
    name,
    description,
    ips: [...ranges],
    enforcement_exclusions: names.filter((one) => exclusions.includes(EXCLUSIONS[one])),
    created_at: formatTime(restriction.createdAt),
    updated_at: formatTime(restriction.updatedAt),
    created_by: actorHref(restriction.createdBy, organization),
    updated_by: actorHref(restriction.updatedBy, organization),
  }
}

export const restrictionRoutes = [list, get, create, change, remove]
