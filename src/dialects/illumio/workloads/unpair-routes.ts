/** Unpairing, by VEN and, as older clients do, by workload (docs/dialects/illumio.md#unpairing). */
import * as z from 'zod'
import { parseAgentUuid } from '../../../core/kernel/ids.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { hrefOf, idIn, OfOrganization } from '../edge/hrefs.ts'
import type { Caller } from '../pairing/profile-of.ts'
import { MAX_AGENTS_AT_ONCE, MAX_PROFILES_AT_ONCE, ofTooMany } from './at-once.ts'

const Hrefs = z
  .array(z.object({ href: z.string().max(255) }))
  .min(1)
  .max(MAX_AGENTS_AT_ONCE)
const Restore = z.enum(['saved', 'default', 'disable']).optional().meta({
  description: 'For the machine’s own agent, which this server cannot reach: accepted and ignored',
})

const UnpairVens = z.strictObject({ vens: Hrefs, firewall_restore: Restore })
const UnpairWorkloads = z.strictObject({
  workloads: Hrefs,
  ip_table_restore: Restore,
  firewall_restore: Restore,
})

/** A PCE lists here what it did not unpair. */
const Unpaired = z.object({ errors: z.array(z.unknown()) })

const DESCRIPTION =
  'All hrefs are looked up before the first is unpaired: one that is unknown, or revoked, is 406 `invalid_uri`, ' +
  'and nothing is done. One that is unpaired already counts as done, so that a retry is free. ' +
  `Those of more than ${MAX_PROFILES_AT_ONCE} pairing profiles are refused.`

const unpairVens = illumioRoute({
  method: 'put',
  path: '/api/v2/orgs/:org/vens/unpair',
  access: 'agents.write',
  operation: {
    id: 'vens_unpair_put',
    summary: 'Unpair VENs; their workloads disappear',
    description: DESCRIPTION,
  },
  params: OfOrganization,
  body: { schema: UnpairVens, encoding: 'json' },
  replies: { 200: { description: 'All were unpaired', schema: Unpaired } },
  handle: async (call) => {
    const input = await call.body()
    return input.ok ? unpair(call, 'vens', input.value.vens) : input
  },
})

const unpairWorkloads = illumioRoute({
  method: 'put',
  path: '/api/v2/orgs/:org/workloads/unpair',
  access: 'agents.write',
  operation: {
    id: 'workloads_unpair_put',
    summary: 'Unpair workloads, in the old form',
    description: DESCRIPTION,
  },
  params: OfOrganization,
  body: { schema: UnpairWorkloads, encoding: 'json' },
  replies: { 200: { description: 'All were unpaired', schema: Unpaired } },
  handle: async (call) => {
    const input = await call.body()
    return input.ok ? unpair(call, 'workloads', input.value.workloads) : input
  },
})

async function unpair(
  call: Caller,
  collection: 'vens' | 'workloads',
  refs: z.output<typeof Hrefs>,
): Promise<Outcome<Reply>> {
  const operation = operationOf(call)
  const { organization } = operation.actor
  const hrefs = [...new Set(refs.map(({ href }) => href))]
  const ids = hrefs.map((href) => parseAgentUuid(idIn(href, organization, collection) ?? ''))
  const malformed = hrefs[ids.indexOf(null)]
  if (malformed !== undefined) return refuse({ kind: 'reference_unknown', reference: malformed })
  const known = ids.filter((id) => id !== null)
  const tooMany = ofTooMany(known)
  if (tooMany) return tooMany
  const left = await call.core.agents.unpairAgents(operation, 'illumio', known)
  if (left.ok) return ok({ status: 200, json: { errors: [] } })
  const { fault } = left
  if (fault.kind !== 'not_found') return left
  const reference = hrefOf(organization, collection, fault.reference ?? '')
  return refuse({ kind: 'reference_unknown', reference })
}

export const unpairRoutes = [unpairVens, unpairWorkloads]
