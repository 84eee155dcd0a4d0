/** What clients ask for around a provisioning key (docs/dialects/zpa.md#other-routes). */
import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { VERSION_PROFILES } from '../groups/group-members.ts'
import { zpaRoute } from './edge.ts'
import { documentedPage, ListQuery, page } from './list.ts'
import { OfCustomer, V1 } from './paths.ts'

const WHOLE = { limit: 500 }

const versionProfiles = zpaRoute({
  method: 'get',
  path: `${V1}/visible/versionProfiles`,
  access: 'session',
  operation: { id: 'zpa_version_profiles_get', summary: 'The version profiles that a group can have' },
  params: OfCustomer,
  query: ListQuery,
  replies: { 200: documentedPage(z.object({ id: z.string(), name: z.string() })) },
  handle: async () => ok(page(VERSION_PROFILES.length, WHOLE, VERSION_PROFILES)),
})

const microtenants = zpaRoute({
  method: 'get',
  path: `${V1}/microtenants`,
  access: 'session',
  operation: {
    id: 'zpa_microtenants_get',
    summary: 'The microtenants: none',
    description: 'A microtenant is a number that groups and keys carry; nothing else is kept of it.',
  },
  params: OfCustomer,
  query: ListQuery,
  replies: { 200: documentedPage(z.object({})) },
  handle: async () => ok(page(0, WHOLE, [])),
})

export const serviceRoutes = [versionProfiles, microtenants]
