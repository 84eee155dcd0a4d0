/**
 * Collections of a PCE that are about policy, of which there is none here: empty, since clients load them along with
 * labels and workloads and stop at the first 404 (docs/dialects/illumio.md#policy-collections).
 */
import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { maxResults, ofItems } from '../edge/collection.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const OfVersion = OfOrganization.extend({
  pversion: z
    .string()
    .regex(/^(draft|active|[0-9]+)$/)
    .describe('`draft`, `active`, or the number of a version'),
})

const OF_POLICY = [
  'enforcement_boundaries',
  'ip_lists',
  'label_groups',
  'rule_sets',
  'services',
  'virtual_servers',
  'virtual_services',
] as const
const OF_ORGANIZATION = [
  'container_clusters',
  'container_workloads',
  'network_enforcement_nodes',
  'security_principals',
] as const

/** Nothing is there, so that whatever filters may be asked for are met. */
const AnyFilters = z.object({ max_results: maxResults() })

function empty(path: string, id: string, params: z.ZodObject) {
  return listing({
    path: `/api/v2/orgs/:org/${path}`,
    access: 'labels.read',
    operation: {
      id: `${id}_get`,
      summary: `None: there are no ${id.replace('sec_policy_', '').replaceAll('_', ' ')}`,
      description: 'Always empty, for clients that load it along with what is here.',
    },
    params,
    query: AnyFilters,
    item: z.unknown(),
    collect: async () => ok(ofItems([])),
  })
}

export const policyRoutes = [
  ...OF_POLICY.map((name) =>
    empty(`sec_policy/:pversion{draft|active|[0-9]+}/${name}`, `sec_policy_${name}`, OfVersion),
  ),
  ...OF_ORGANIZATION.map((name) => empty(name, name, OfOrganization)),
]
