import * as z from 'zod'
import { each, type PageAfter } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid, ok } from '../../../core/kernel/outcome.ts'
import type { ProfilePlace } from '../../../core/search/catalogue.ts'
import { given } from '../../../http/members.ts'
import { ExactText, LabelGroups, labelIds, maxResults, ofListed, PartialText } from '../edge/collection.ts'
import { MAX_PROFILES } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { grantedLabels } from '../labels/granted-labels.ts'
import { formatProfile, ProfileReply, storedReleasePrefix } from './profile-format.ts'
import { newProfile, profileChange } from './profile-input.ts'
import { OneProfile, profileOf } from './profile-of.ts'
import { ChangeProfile, CreateProfile, VenType } from './profile-schemas.ts'

const COLLECTION = '/api/v2/orgs/:org/pairing_profiles'

const Filters = z.strictObject({
  name: PartialText,
  description: PartialText,
  agent_software_release: ExactText.meta({ description: 'Matches the beginning' }),
  external_data_set: ExactText,
  external_data_reference: ExactText,
  labels: LabelGroups,
  'labels[]': LabelGroups,
  ven_type: VenType.optional(),
  max_results: maxResults(),
})

const list = listing({
  path: COLLECTION,
  access: 'profiles.read',
  operation: {
    id: 'pairing_profiles_get',
    summary: 'List pairing profiles',
    description: 'A profile whose name is exactly the wanted one comes first.',
  },
  params: OfOrganization,
  query: Filters,
  item: ProfileReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const { organization, permissions } = operation.actor
    if (query.labels && query['labels[]']) return invalid('labels[]', 'it is another form of labels')
    const labels = labelIds(query.labels ?? query['labels[]'], organization)
    if (!labels.ok) return labels
    const release = query.agent_software_release
    const wanted = {
      dialect: 'illumio',
      nameContains: query.name,
      descriptionContains: query.description,
      labels: labels.value,
      attributes: given({
        external_data_set: query.external_data_set,
        external_data_reference: query.external_data_reference,
      }),
      attributeStarts: given({
        agent_software_release: release === undefined ? undefined : storedReleasePrefix(release),
      }),
      values: given({ ven_type: query.ven_type }),
    } as const
    return ok(
      ofListed(
        {
          count: () => core.profiles.countProfiles(operation, wanted),
          list: (page: PageAfter<ProfilePlace>) => core.profiles.listProfiles(operation, wanted, page),
          begin: (limit) => core.profiles.beginProfiles(operation, wanted, limit),
        },
        ({ ledger, n, name }) => ({ ledger, n, name }),
        each((profile) => formatProfile(profile, permissions)),
      ),
    )
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:profile`,
  access: 'profiles.read',
  operation: { id: 'pairing_profile_get', summary: 'One pairing profile, exact to this instant' },
  params: OneProfile,
  replies: { 200: { description: 'The profile', schema: ProfileReply } },
  handle: async (call) => {
    const found = await profileOf(call)
    if (!found.ok) return found
    const { permissions } = operationOf(call).actor
    return ok({ status: 200, json: formatProfile(found.value, permissions) })
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'profiles.write',
  operation: {
    id: 'pairing_profiles_post',
    summary: 'Make a pairing profile',
    description:
      'Either generation of mode may be given; both are shown. A key gets the limits of this moment.',
  },
  isHeavy: true,
  params: OfOrganization,
  body: { schema: CreateProfile, encoding: 'json' },
  replies: { 201: { description: 'The profile', schema: ProfileReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const labels = await grantedLabels(call, input.value.labels ?? [])
    if (!labels.ok) return labels
    const operation = operationOf(call)
    const profile = newProfile(input.value, labels.value)
    const made = await call.core.profiles.createProfile(operation, profile, MAX_PROFILES)
    if (!made.ok) return made
    return ok({ status: 201, json: formatProfile(made.value, operation.actor.permissions) })
  },
})

const change = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/:profile`,
  access: 'profiles.write',
  operation: {
    id: 'pairing_profiles_put',
    summary: 'Change a pairing profile',
    description: 'Absent members keep their values. Read-only members are accepted and ignored.',
  },
  params: OneProfile,
  body: { schema: ChangeProfile, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const stored = await profileOf(call)
    if (!stored.ok) return stored
    const input = await call.body()
    if (!input.ok) return input
    const refs = input.value.labels
    const labels = refs && (await grantedLabels(call, refs))
    if (labels && !labels.ok) return labels
    const changed = await call.core.profiles.changeProfile(operationOf(call), stored.value, (present) =>
      profileChange(input.value, present, labels?.value),
    )
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:profile`,
  access: 'profiles.write',
  operation: {
    id: 'pairing_profiles_delete',
    summary: 'Delete a pairing profile and end its keys',
    description: 'Paired workloads stay. The default profile cannot be deleted.',
  },
  params: OneProfile,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const found = await profileOf(call)
    if (!found.ok) return found
    const removed = await call.core.profiles.deleteProfile(operationOf(call), found.value)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

export const profileRoutes = [list, get, create, change, remove]
