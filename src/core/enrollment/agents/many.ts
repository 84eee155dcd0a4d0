/** What is done to many agents at once: two calls of each ledger, however many of its agents they are about. */
import { causeOf, type Operation, operatorCase } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import { outside } from '../../access/reach/reach.ts'
import type { Dialect } from '../../kernel/cause.ts'
import { type AgentName, formatId } from '../../kernel/ids.ts'
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Agent, AgentChange } from '../ledger/agent.ts'
import { atLedger } from '../ledger/at-ledger.ts'

/** Changes active agents, each for itself, by what it is; the outcomes are in the order of the changes. */
export const changeAgents = reachCase(
  'agents.write',
  async (
    ports,
    operation,
    reach,
    dialect: Dialect,
    changes: readonly { readonly id: AgentName; readonly changeOf: (agent: Agent) => AgentChange }[],
  ): Promise<Outcome<readonly Outcome<Agent>[]>> => {
    const known = await lookUp(
      ports,
      operation,
      changes.map(({ id }) => id),
    )
    if (!known.ok) return known
    const outcomes: Outcome<Agent>[] = changes.map(() => notFound('agent'))
    const wanted = changes.flatMap(({ id, changeOf }, at) => {
      const agent = known.value.get(formatId(id))
      return agent && isIt(agent, dialect, id) ? [{ ...id, change: changeOf(agent), at }] : []
    })
    const { organization } = operation.actor
    await Promise.all(
      [...Map.groupBy(wanted, ({ ledger }) => ledger)].map(async ([number, its]) => {
        const ledger = ports.ledgers.open(number, organization)
        const changed = await ledger.changeAgents(its, causeOf(operation), reach)
        for (const [i, { at }] of its.entries()) {
          outcomes[at] = changed.ok ? (changed.value[i] ?? notFound('agent')) : changed
        }
      }),
    )
    return ok(outcomes)
  },
)

/**
 * An operator unpairs agents: as their own goodbyes. All are looked up, and whether one may is asked of all, before the first
 * leaves; an unknown agent is reported by its UUID. One that left already counts as done. Two calls of each ledger, which asks
 * again whether one may.
 */
export const unpairAgents = reachCase(
  'agents.write',
  async (ports, operation, reach, dialect: Dialect, ids: readonly AgentName[]): Promise<Outcome<null>> => {
    const known = await lookUp(ports, operation, ids)
    if (!known.ok) return known
    const active: Agent[] = []
    for (const { uuid, ...id } of ids) {
      const agent = known.value.get(formatId(id))
      if (!agent || !isIt(agent, dialect, uuid === undefined ? id : { ...id, uuid })) {
        return refuse({ kind: 'not_found', noun: 'agent', ...(uuid && { reference: uuid }) })
      }
      const refusal = outside(reach, agent.grant)
      if (refusal) return refusal
      if (agent.state === 'active') active.push(agent)
    }
    const { organization } = operation.actor
    const left = await Promise.all(
      [...Map.groupBy(active, ({ ledger }) => ledger)].map(([ledger, its]) => {
        const ns = its.map(({ n }) => n)
        return ports.ledgers.open(ledger, organization).leaveMany(ns, causeOf(operation), reach)
      }),
    )
    return left.find((outcome) => !outcome.ok) ?? ok(null)
  },
)

/** The UUIDs of those of them that are active. */
export const whichAreActive = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    dialect: Dialect,
    ids: readonly AgentName[],
  ): Promise<Outcome<ReadonlySet<string>>> => {
    const known = await lookUp(ports, operation, ids)
    if (!known.ok) return known
    const active = ids.flatMap((id) => {
      const agent = known.value.get(formatId(id))
      return agent?.state === 'active' && isIt(agent, dialect, id) ? [agent.id] : []
    })
    return ok(new Set(active))
  },
)

/** Whether it is the dialect's, of that UUID, and was not revoked. */
function isIt(agent: Agent, dialect: Dialect, { uuid }: AgentName): boolean {
  return agent.dialect === dialect && agent.state !== 'revoked' && (uuid ?? agent.id) === agent.id
}

/** The existing ones, by their number. A ledger of another organization has none. */
async function lookUp(
  ports: Ports,
  operation: Operation,
  ids: readonly AgentName[],
): Promise<Outcome<ReadonlyMap<string, Agent>>> {
  const asked = await Promise.all(
    [...Map.groupBy(ids, ({ ledger }) => ledger)].map(([ledger, its]) => {
      const ns = its.map(({ n }) => n)
      return atLedger(ports, operation, { ledger }, 'agent', (one) => one.getAgents(ns))
    }),
  )
  const found = asked.flatMap((outcome) => (outcome.ok ? outcome.value : []))
  const failed = asked.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
  if (failed && !failed.ok) return failed
  return ok(new Map(found.map((agent) => [formatId(agent), agent])))
}
