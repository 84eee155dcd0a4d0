import type * as z from 'zod'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { each } from '../../../core/kernel/fairness/list-slices.ts'
import { map, notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { componentsOf } from '../components/components.ts'
import type { GroupType } from '../edge/association.ts'
import { type AnyCall, operationOf, type ZpaRoute, zpaRoute } from '../edge/edge.ts'
import { formatGid, parseGid } from '../edge/ids.ts'
import { documentedPage, find, ListQuery, pageOf, searchOf } from '../edge/list.ts'
import { is, isIn, microtenantIn, microtenantOf, OfMicrotenant } from '../edge/microtenants.ts'
import { OfCustomer, OneResource, V1 } from '../edge/paths.ts'
import { GROUP_INPUT } from './group-members.ts'
import {
  formatGroup,
  formatNewGroup,
  type GroupInput,
  GroupReply,
  groupChange,
  groupFields,
  groupTypeOfProfile,
  missingMembers,
  newGroup,
} from './group-wire.ts'

type Words = { readonly collection: string; readonly id: string; readonly noun: string }

/** App Connector groups and Service Edge groups differ in their members alone. */
function routesOf(type: GroupType, { collection, id, noun }: Words) {
  const path = `${V1}/${collection}`
  const Input: z.ZodType<GroupInput> = GROUP_INPUT[type]
  const known = groupFields(type)

  const search = async (call: AnyCall & { readonly query: z.output<typeof ListQuery> }) => {
    const asked = searchOf(call.query, known)
    if (!asked.ok) return asked
    const where = [is('groupType', type), ...asked.value.where]
    const found = await find({ ...asked.value, where }, (search) =>
      call.core.profiles.searchProfiles(operationOf(call), { dialect: 'zpa', ...search }),
    )
    return found.ok ? ok({ asked: asked.value, groups: found.value }) : found
  }

  const format = async (call: AnyCall, groups: readonly Profile[]) =>
    map(await componentsOf(call, groups), (components) =>
      groups.map((group) => formatGroup(type, group, components.get(group.n))),
    )

  const list = zpaRoute({
    method: 'get',
    path,
    access: 'profiles.read',
    operation: { id: `${id}s_get`, summary: `List ${noun}s`, description: 'Each whole.' },
    params: OfCustomer,
    query: ListQuery,
    replies: { 200: documentedPage(GroupReply) },
    handle: async (call) => {
      const found = await search(call)
      if (!found.ok) return found
      const { asked, groups } = found.value
      return pageOf(call, asked, groups, (its) => format(call, its))
    },
  })

  const summary = zpaRoute({
    method: 'get',
    path: `${path}/summary`,
    access: 'profiles.read',
    operation: { id: `${id}s_summary`, summary: `List ${noun}s: ids and names` },
    params: OfCustomer,
    query: ListQuery,
    replies: { 200: documentedPage(GroupReply.pick({ id: true, name: true, enabled: true })) },
    handle: async (call) => {
      const found = await search(call)
      if (!found.ok) return found
      const { asked, groups } = found.value
      const short = each((group: Profile) => ({
        id: formatGid('group', group),
        name: group.name,
        enabled: group.isEnabled,
      }))
      return pageOf(call, asked, groups, short)
    },
  })

  const get = zpaRoute({
    method: 'get',
    path: `${path}/:id`,
    access: 'profiles.read',
    operation: { id: `${id}_get`, summary: `One ${noun}` },
    params: OneResource,
    query: OfMicrotenant,
    replies: { 200: { description: 'The group', schema: GroupReply } },
    handle: async (call) => {
      const group = await groupOf(call)
      if (!group.ok) return group
      return map(await format(call, [group.value]), ([json]) => ({ status: 200, json }))
    },
  })

  /** Server groups are no part of this server: the group has none. */
  const serverGroups: ZpaRoute = {
    ...get,
    path: `${path}/:id/sg`,
    operation: { id: `${id}_sg_get`, summary: `One ${noun}, with its server groups: it has none` },
  }

  const create = zpaRoute({
    method: 'post',
    path,
    access: 'profiles.write',
    operation: { id: `${id}s_post`, summary: `Make a ${noun}` },
    params: OfCustomer,
    query: OfMicrotenant,
    body: { schema: Input, encoding: 'json' },
    replies: { 201: { description: 'The new group', schema: GroupReply } },
    handle: async (call) => {
      const input = await call.body()
      if (!input.ok) return input
      const missing = missingMembers(input.value)
      if (missing.length > 0) return required(missing)
      const microtenantId = microtenantIn(call.query, input.value.microtenantId)
      const wanted = newGroup(type, { ...input.value, microtenantId })
      const made = await call.core.profiles.addShared(operationOf(call), wanted)
      return made.ok ? ok({ status: 201, json: formatNewGroup(type, made.value) }) : made
    },
  })

  const change = zpaRoute({
    method: 'put',
    path: `${path}/:id`,
    access: 'profiles.write',
    operation: {
      id: `${id}_put`,
      summary: `Change a ${noun}`,
      description: 'Absent members keep their values.',
    },
    params: OneResource,
    query: OfMicrotenant,
    body: { schema: Input, encoding: 'json' },
    replies: { 204: { description: 'Updated; off is off at once' } },
    handle: async (call) => {
      const group = await groupOf(call)
      if (!group.ok) return group
      const input = await call.body()
      if (!input.ok) return input
      const wanted = groupChange(type, group.value, input.value)
      const changed = await call.core.profiles.changeProfile(operationOf(call), group.value, wanted)
      return changed.ok ? ok({ status: 204 }) : changed
    },
  })

  const remove = zpaRoute({
    method: 'delete',
    path: `${path}/:id`,
    access: 'profiles.write',
    operation: {
      id: `${id}_delete`,
      summary: `Delete a ${noun} and its provisioning keys`,
      description: 'Refused while anything that enrolled in it is there.',
    },
    params: OneResource,
    query: OfMicrotenant,
    replies: { 204: { description: 'Deleted' } },
    handle: async (call) => {
      const group = await groupOf(call)
      if (!group.ok) return group
      const removed = await call.core.profiles.deleteProfile(operationOf(call), group.value, true)
      return removed.ok ? ok({ status: 204 }) : removed
    },
  })

  /** The group that the path names, exact to this instant; not that of another microtenant than the query says. */
  async function groupOf(
    call: AnyCall & {
      readonly params: z.output<typeof OneResource>
      readonly query: z.output<typeof OfMicrotenant>
    },
  ): Promise<Outcome<Profile>> {
    const parsed = parseGid('group', call.params.id)
    if (!parsed) return notFound('profile')
    const found = await call.core.profiles.getProfile(operationOf(call), parsed)
    if (!found.ok) return found
    const isIt = groupTypeOfProfile(found.value) === type && isIn(call.query, microtenantOf(found.value))
    return isIt ? found : notFound('profile')
  }

  return [list, summary, get, serverGroups, create, change, remove]
}

export function required(members: readonly string[]): Outcome<never> {
  const problems = members.map((name) => ({ path: [name], code: 'missing', message: 'Required' }) as const)
  return refuse({ kind: 'input_invalid', problems })
}

export const groupRoutes = [
  ...routesOf('CONNECTOR_GRP', {
    collection: 'appConnectorGroup',
    id: 'zpa_app_connector_group',
    noun: 'App Connector group',
  }),
  ...routesOf('SERVICE_EDGE_GRP', {
    collection: 'serviceEdgeGroup',
    id: 'zpa_service_edge_group',
    noun: 'Private Service Edge group',
  }),
]
