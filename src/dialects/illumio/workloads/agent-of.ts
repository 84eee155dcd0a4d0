import type { Core } from '../../../core/core.ts'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { parseAgentUuid } from '../../../core/kernel/ids.ts'
import { notFound, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { operationOf } from '../edge/edge.ts'
import { OfOrganization, Uuid } from '../edge/hrefs.ts'
import type { Caller } from '../pairing/profile-of.ts'
import { timeoutsOf } from '../settings/timeouts.ts'
import { labelName, type View } from './agent-wire.ts'

export const OneAgent = OfOrganization.extend({ uuid: Uuid })

/** A machine by its UUID, while it is active. */
export async function agentOf(call: Caller, uuid: string): Promise<Outcome<Agent>> {
  const id = parseAgentUuid(uuid)
  if (!id) return notFound('agent')
  const found = await call.core.agents.getAgent(operationOf(call), id)
  if (!found.ok) return found
  const { dialect, state } = found.value
  return dialect === 'illumio' && state === 'active' ? found : notFound('agent')
}

/** This server, as a PCE would name itself. */
export function serverNameOf(core: Core): string {
  return new URL(core.service.getPublicUrl()).hostname
}

/** Labels are looked up when they are shown, never when a machine enrolls. */
export async function viewOf(call: Caller, agents: readonly Agent[]): Promise<Outcome<View>> {
  const operation = operationOf(call)
  const labels = agents.flatMap(({ grant }) => grant.labels)
  const wished = labels.flatMap((one) => ('value' in one ? [one] : []))
  const ids = new Set(labels.flatMap((one) => ('id' in one ? [one.id] : [])))
  const distinct = [...new Map(wished.map((one) => [labelName(one), one])).values()]
  const [known, granted, attributes] = await Promise.all([
    call.core.labels.findByValues(operation, distinct),
    call.core.labels.findByIds(operation, [...ids]),
    call.core.settings.getAttributes(operation),
  ])
  if (!known.ok) return known
  if (!granted.ok) return granted
  return ok({
    now: call.now,
    serverName: serverNameOf(call.core),
    timeouts: timeoutsOf(attributes),
    permissions: operation.actor.permissions,
    labelIds: new Map(known.value.map((label) => [labelName(label), label.id])),
    labelValues: new Map(granted.value.map(({ id, value }) => [id, value])),
  })
}
