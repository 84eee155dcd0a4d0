/** An agent, shown as a workload and as a VEN (docs/dialects/illumio.md#one-agent); nothing is made up. Pure. */
import type * as z from 'zod'
import type { Permission } from '../../../core/access/permission.ts'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { formatTime } from '../../../http/time.ts'
import { UNKNOWN_VERSION } from '../edge/constants.ts'
import { actorHref, hrefOf } from '../edge/hrefs.ts'
import { LEGACY_OF_MODE } from '../edge/modes.ts'
import { AgentAttributes, GrantedValues, KnownFacts } from '../edge/stored.ts'
import { offlineSince, type Timeouts } from '../settings/timeouts.ts'
import type { VenReply, WorkloadReply } from './agent-schemas.ts'

/** What showing an agent needs besides it. */
export type View = {
  /** Unix milliseconds. */
  readonly now: number
  readonly serverName: string
  readonly timeouts: Timeouts
  readonly permissions: ReadonlySet<Permission>
  /** Ids of labels that were granted by value: `labelName` → id; one that does not exist is absent. */
  readonly labelIds: ReadonlyMap<string, string>
  /** Values of labels that were granted by their id: id → value. */
  readonly labelValues: ReadonlyMap<string, string>
}

export function labelName({ key, value }: { readonly key: string; readonly value: string }): string {
  return JSON.stringify([key, value])
}

export function formatWorkload(agent: Agent, view: View): z.output<typeof WorkloadReply> {
  const { organization } = agent
  const facts = KnownFacts.parse(agent.facts)
  const href = (collection: 'workloads' | 'vens' | 'agents', id: string) =>
    hrefOf(organization, collection, id)
  const { ven_name, ven_description, ven_status, ...set } = AgentAttributes.parse(agent.attributes)
  const agentHref = href('agents', formatId(agent))
  const { enforcement_mode, visibility_level, log_traffic } = GrantedValues.parse(agent.grant.values)
  return {
    href: href('workloads', agent.id),
    deleted: false,
    ...set,
    managed: true,
    hostname: agent.hostname,
    public_ip: facts.public_ip ?? null,
    enforcement_mode,
    visibility_level,
    interfaces: interfacesOf(facts),
    os_id: facts.os_id ?? null,
    os_detail: facts.os_detail ?? null,
    online: agent.seenAt > offlineSince(view.timeouts[venTypeOf(agent)], view.now),
    labels: labelsOf(agent, view),
    services: { open_service_ports: [] },
    selectively_enforced_services: [],
    agent: {
      href: agentHref,
      type: 'Host',
      unpair_allowed: true,
      active_pce_fqdn: view.serverName,
      target_pce_fqdn: null,
      config: {
        mode: LEGACY_OF_MODE[enforcement_mode],
        log_traffic,
        visibility_level,
      },
      status: {
        uid: facts.uid ?? null,
        status: ven_status,
        managed_since: formatTime(agent.enrolledAt),
        agent_version: facts.agent_version ?? UNKNOWN_VERSION,
        // There is no policy, of which a machine could have got some.
        fw_config_current: false,
        firewall_rule_count: 0,
        security_policy_refresh_at: null,
        security_policy_applied_at: null,
        security_policy_received_at: null,
        agent_health: [],
        agent_health_errors: { errors: [], warnings: [] },
        uptime_seconds: null,
        last_heartbeat_on: formatTime(agent.seenAt),
      },
    },
    ven: {
      href: href('vens', agent.id),
      hostname: agent.hostname,
      name: ven_name,
      status: ven_status,
      ven_type: venTypeOf(agent),
    },
    ...stamps(agent, agentHref),
    caps: view.permissions.has('agents.write') ? ['write'] : [],
    container_cluster: null,
  }
}

export function formatVen(agent: Agent, view: View): z.output<typeof VenReply> {
  const { organization } = agent
  const facts = KnownFacts.parse(agent.facts)
  const set = AgentAttributes.parse(agent.attributes)
  const href = hrefOf(organization, 'vens', agent.id)
  return {
    href,
    name: set.ven_name,
    description: set.ven_description,
    hostname: agent.hostname,
    uid: facts.uid ?? null,
    os_id: facts.os_id ?? null,
    os_detail: facts.os_detail ?? null,
    os_platform: facts.os_platform ?? null,
    version: facts.agent_version ?? UNKNOWN_VERSION,
    status: set.ven_status,
    activation_type: 'pairing_key',
    active_pce_fqdn: view.serverName,
    target_pce_fqdn: null,
    labels: labelsOf(agent, view),
    interfaces: interfacesOf(facts),
    workloads: [{ href: hrefOf(organization, 'workloads', agent.id) }],
    container_cluster: null,
    secure_connect: null,
    unpair_allowed: true,
    last_heartbeat_at: formatTime(agent.seenAt),
    last_goodbye_at: null,
    ...stamps(agent, href),
    conditions: [],
    caps: view.permissions.has('agents.write') ? ['write', 'unpair'] : [],
    ven_type: venTypeOf(agent),
    authentication_recovery: false,
    upgrade_expires_at: null,
    upgrade_target_version: null,
  }
}

/** One that might choose and did not is what every machine was before endpoints came. */
function venTypeOf({ grant }: Agent): 'server' | 'endpoint' {
  return GrantedValues.parse(grant.values).ven_type === 'endpoint' ? 'endpoint' : 'server'
}

function stamps(agent: Agent, by: string) {
  const { enrolledAt, updatedAt, updatedBy, organization } = agent
  return {
    created_at: formatTime(enrolledAt),
    created_by: { href: by },
    updated_at: formatTime(updatedAt ?? enrolledAt),
    updated_by: updatedBy ? actorHref(updatedBy, organization) : { href: by },
  }
}

export function interfacesOf(facts: Pick<z.output<typeof KnownFacts>, 'interfaces'>) {
  return (facts.interfaces ?? []).map((known) => ({
    name: known.name,
    address: known.address,
    cidr_block: known.cidr_block ?? null,
    default_gateway_address: known.default_gateway_address ?? null,
    link_state: 'unknown' as const,
    network: null,
    network_detection_mode: null,
    friendly_name: null,
  }))
}

/** A label that was wished for by a value that no label has (yet) cannot be shown as one. */
function labelsOf(agent: Agent, view: View) {
  return agent.grant.labels.flatMap((label) => {
    const id = 'id' in label ? label.id : view.labelIds.get(labelName(label))
    if (id === undefined) return []
    const value = 'value' in label ? label.value : (view.labelValues.get(id) ?? '')
    return [{ href: hrefOf(agent.organization, 'labels', id), key: label.key, value }]
  })
}
