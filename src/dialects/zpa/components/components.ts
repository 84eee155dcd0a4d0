/** The components that enrolled in groups, as groups show them. */
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { type AnyCall, operationOf } from '../edge/edge.ts'
import { formatGid } from '../edge/ids.ts'
import { formatEpoch } from '../edge/wire.ts'

/** Of a group; `/connector` and `/serviceEdge` list all. */
const SHOWN = 100

/** By the group's number. */
export async function componentsOf(
  call: AnyCall,
  groups: readonly Profile[],
): Promise<Outcome<ReadonlyMap<number, readonly object[]>>> {
  const [first] = groups
  if (!first) return ok(new Map())
  const ns = groups.map(({ n }) => n)
  const found = await call.core.agents.listAgentsOfProfiles(operationOf(call), 'zpa', first.ledger, ns, SHOWN)
  if (!found.ok) return found
  return ok(
    new Map(
      [...Map.groupBy(found.value, ({ profile }) => profile)].map(([n, agents]) => [n, agents.map(short)]),
    ),
  )
}

function short(agent: Agent): object {
  return {
    id: formatGid('component', agent),
    name: agent.hostname,
    enabled: agent.isEnabled,
    creationTime: formatEpoch(agent.enrolledAt),
    modifiedTime: formatEpoch(agent.updatedAt ?? agent.enrolledAt),
  }
}
