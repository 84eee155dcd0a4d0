/** What clients ask for around a provisioning key (docs/dialects/zpa.md#other-routes). */
import * as z from 'zod'
import { notFound, ok } from '../../../core/kernel/outcome.ts'
import { VERSION_PROFILES } from '../groups/group-members.ts'
import { zpaRoute } from './edge.ts'
import { fixedList } from './fixed-list.ts'
import { documentedPage, fixedPage, ListQuery } from './list.ts'
import { OfCustomer, OneResource, V1 } from './paths.ts'
import { ROLES } from './roles.ts'
import { fields } from './search-fields.ts'

const NAMED = fields('text', { id: 'id', name: 'name' })

const PROFILE_FIELDS = { ...NAMED, ...fields('text', { visibilityScope: 'visibilityScope' }) }

const versionProfiles = zpaRoute({
  method: 'get',
  path: `${V1}/visible/versionProfiles`,
  access: 'session',
  operation: { id: 'zpa_version_profiles_get', summary: 'List the version profiles that a group can have' },
  params: OfCustomer,
  query: ListQuery,
  replies: {
    200: documentedPage(z.object({ id: z.string(), name: z.string(), visibilityScope: z.string() })),
  },
  handle: async ({ query }) => fixedList(query, VERSION_PROFILES, PROFILE_FIELDS),
})

const microtenants = zpaRoute({
  method: 'get',
  path: `${V1}/microtenants`,
  access: 'session',
  operation: {
    id: 'zpa_microtenants_get',
    summary: 'List microtenants: none',
    description: 'A microtenant is a number that groups and keys carry; nothing else is kept of it.',
  },
  params: OfCustomer,
  query: ListQuery,
  replies: { 200: documentedPage(z.object({})) },
  handle: async () => ok(fixedPage(0, 1, [])),
})

const RoleReply = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  customRole: z.boolean(),
  systemRole: z.boolean(),
})

const ROLE_FIELDS = {
  ...NAMED,
  ...fields('text', { description: 'description' }),
  ...fields('boolean', { customRole: 'customRole', systemRole: 'systemRole' }),
}

const listRoles = zpaRoute({
  method: 'get',
  path: `${V1}/roles`,
  access: 'api_clients.read',
  operation: { id: 'zpa_roles_get', summary: 'List the roles that an API key can have' },
  params: OfCustomer,
  query: ListQuery,
  replies: { 200: documentedPage(RoleReply) },
  handle: async ({ query }) => fixedList(query, ROLES, ROLE_FIELDS),
})

const getRole = zpaRoute({
  method: 'get',
  path: `${V1}/roles/:id`,
  access: 'api_clients.read',
  operation: { id: 'zpa_role_get', summary: 'Get a role that an API key can have' },
  params: OneResource,
  replies: { 200: { description: 'The role', schema: RoleReply } },
  handle: async ({ params }) => {
    const role = ROLES.find(({ id }) => id === params.id)
    return role ? ok({ status: 200, json: role }) : notFound('role')
  },
})

export const serviceRoutes = [versionProfiles, microtenants, listRoles, getRole]
