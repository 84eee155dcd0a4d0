/**
 * What workloads and VENs are filtered by (docs/dialects/illumio.md#filters-of-workloads-and-vens): all that a PCE
 * publishes. What is the same for every machine here is met by all of them, or by none. Pure.
 */
import * as z from 'zod'
import { parseAgentUuid } from '../../../core/kernel/ids.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { AgentCondition, AgentMember, AgentQuery } from '../../../core/search/catalogue.ts'
import { given } from '../../../http/members.ts'
import {
  ExactText,
  Flag,
  Instant,
  LabelGroups,
  labelIds,
  maxResults,
  PartialText,
} from '../edge/collection.ts'
import { UNKNOWN_VERSION } from '../edge/constants.ts'
import { idIn } from '../edge/hrefs.ts'
import { EnforcementMode, LegacyMode, MODE_OF_LEGACY } from '../edge/modes.ts'
import { GrantedValues } from '../edge/stored.ts'
import { VisibilityLevel } from '../pairing/profile-schemas.ts'
import { offlineSince, type Timeouts } from '../settings/timeouts.ts'

/** What one answer may have; a job may have all (docs/dialects/illumio.md#totals-and-limits). */
const MOST_AGENTS = 2_000

/** A list as JSON text. */
function jsonList<T extends z.ZodType>(item: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'invalid_type', expected: 'array', input: text })
        return z.NEVER
      }
    })
    .pipe(z.array(item).max(16))
    .optional()
}

const Nothing = ExactText.meta({ description: 'Nothing here has one: any value lists nothing' })
const Version = z
  .string()
  .regex(/^[0-9]{1,9}([.-][0-9]{1,9}){0,5}$/)
  .optional()
const Shown = ExactText.meta({ description: 'Accepted and ignored: it chooses no rows' })
const VenType = z.enum(['server', 'endpoint', 'containerized']).optional()

const COMMON = {
  description: PartialText,
  hostname: PartialText,
  ip_address: PartialText.meta({ description: 'Matches a part of the address of an interface' }),
  labels: LabelGroups,
  container_clusters: Nothing,
  representation: Shown,
  max_results: maxResults(MOST_AGENTS),
}

export const WorkloadFilters = z.strictObject({
  ...COMMON,
  name: PartialText.meta({ description: 'Matches a part of the name or the hostname, in any case' }),
  'agent.active_pce_fqdn': ExactText,
  enforcement_mode: EnforcementMode.optional(),
  enforcement_modes: jsonList(EnforcementMode).meta({ description: 'JSON list: any of them' }),
  external_data_reference: ExactText,
  external_data_set: ExactText,
  include_deleted: Flag.meta({ description: 'Unpaired workloads are never shown; the value is ignored' }),
  last_heartbeat_on: Instant,
  'last_heartbeat_on[gte]': Instant,
  'last_heartbeat_on[lte]': Instant,
  log_traffic: Flag,
  managed: Flag.meta({ description: 'Every workload here is managed' }),
  mode: LegacyMode.optional(),
  online: Flag,
  os_id: PartialText,
  policy_health: z.enum(['active', 'warning', 'error', 'suspended']).optional().meta({
    description: 'The VEN’s status; there is no policy that could warn or fail',
  }),
  'risk_summary.ransomware.workload_exposure_severity': Nothing,
  security_policy_sync_state: Nothing,
  security_policy_update_mode: Nothing,
  soft_deleted: Flag.meta({ description: 'Nothing here is' }),
  ven: ExactText.meta({ description: 'The href of a VEN' }),
  'ven.ven_type': VenType,
  visibility_level: VisibilityLevel.optional(),
  'vulnerability_summary.vulnerability_exposure_score': Nothing,
  'vulnerability_summary.vulnerability_exposure_score[gte]': Nothing,
  'vulnerability_summary.vulnerability_exposure_score[lte]': Nothing,
})

export const VenFilters = z.strictObject({
  ...COMMON,
  name: PartialText.meta({ description: 'Matches a part of the name or the hostname, in any case' }),
  activation_type: z
    .enum(['pairing_key', 'kerberos', 'certificate', 'ca_signed_certificate', 'self_signed_certificate'])
    .optional()
    .meta({ description: 'Every VEN here came by a pairing key' }),
  active_pce_fqdn: ExactText,
  authentication_recovery: Flag.meta({ description: 'No VEN here is in it' }),
  condition: Nothing,
  disconnected_before: Instant.meta({ description: 'Those that are not online, and were last seen before' }),
  health: z.enum(['healthy', 'unhealthy', 'error', 'warning']).optional().meta({
    description: 'No VEN here has a condition, so that all are healthy',
  }),
  include_deleted: Flag.meta({ description: 'Unpaired workloads are never shown; the value is ignored' }),
  last_goodbye_at: Nothing,
  'last_goodbye_at[gte]': Nothing,
  'last_goodbye_at[lte]': Nothing,
  last_heartbeat_at: Instant,
  'last_heartbeat_at[gte]': Instant,
  'last_heartbeat_at[lte]': Instant,
  os: PartialText.meta({ description: 'Matches a part of os_id, in any case' }),
  status: z.enum(['active', 'suspended', 'stopped', 'uninstalled']).optional().meta({
    description: 'Stopped and uninstalled VENs are not listed',
  }),
  upgrade_pending: Flag.meta({ description: 'No VEN here has one' }),
  ven_type: VenType,
  version: ExactText,
  'version[gte]': Version,
  'version[lte]': Version,
})

/** What the filters are asked about. */
export type About = {
  readonly organization: number
  /** Unix milliseconds. */
  readonly now: number
  readonly serverName: string
  readonly timeouts: Timeouts
}
/** null: nothing is so. */
type Wanted = Outcome<Omit<AgentQuery, 'organization'> | null>

const OS_ID: AgentMember = { of: 'facts', name: 'os_id' }
const INTERFACES: AgentMember = { of: 'facts', name: 'interfaces' }
const VERSION: AgentMember = { of: 'facts', name: 'agent_version' }
const DEFAULTS = GrantedValues.parse({})

export function workloadsWanted(query: z.output<typeof WorkloadFilters>, about: About): Wanted {
  const { organization, serverName } = about
  const isNone = [
    query.managed === 'false',
    query.soft_deleted === 'true',
    query['agent.active_pce_fqdn'] !== undefined && query['agent.active_pce_fqdn'] !== serverName,
    query.policy_health === 'warning' || query.policy_health === 'error',
    query['ven.ven_type'] === 'containerized',
    hasAny(query, [
      'container_clusters',
      'risk_summary.ransomware.workload_exposure_severity',
      'security_policy_sync_state',
      'security_policy_update_mode',
      'vulnerability_summary.vulnerability_exposure_score',
      'vulnerability_summary.vulnerability_exposure_score[gte]',
      'vulnerability_summary.vulnerability_exposure_score[lte]',
    ]),
  ].includes(true)
  const id = query.ven === undefined ? undefined : parseAgentUuid(idIn(query.ven, organization, 'vens') ?? '')
  if (id === null) return refuse({ kind: 'reference_unknown', reference: query.ven ?? '' })
  const labels = labelIds(query.labels, organization)
  if (!labels.ok) return labels
  if (isNone) return ok(null)
  const { external_data_set, external_data_reference, mode } = query
  return ok({
    ...ofIllumio(query, 'name_folded'),
    id,
    labels: labels.value,
    attributes: {
      ...given({ external_data_set, external_data_reference }),
      ...statusOf(query.policy_health),
    },
    where: [
      ...common(query, '', query.os_id),
      ...seen(query.last_heartbeat_on, query['last_heartbeat_on[gte]'], query['last_heartbeat_on[lte]']),
      ...online(query.online, about),
      ...granted('enforcement_mode', query.enforcement_mode && [query.enforcement_mode]),
      ...granted('enforcement_mode', query.enforcement_modes),
      ...granted('enforcement_mode', mode && [MODE_OF_LEGACY[mode]]),
      ...granted('visibility_level', query.visibility_level && [query.visibility_level]),
      ...granted('log_traffic', query.log_traffic && [query.log_traffic === 'true']),
      ...granted('ven_type', shownAs(query['ven.ven_type'])),
    ],
  })
}

export function vensWanted(query: z.output<typeof VenFilters>, about: About): Wanted {
  const { organization, serverName } = about
  const isNone = [
    query.status === 'stopped' || query.status === 'uninstalled',
    query.activation_type !== undefined && query.activation_type !== 'pairing_key',
    query.active_pce_fqdn !== undefined && query.active_pce_fqdn !== serverName,
    query.authentication_recovery === 'true',
    query.upgrade_pending === 'true',
    query.health !== undefined && query.health !== 'healthy',
    query.ven_type === 'containerized',
    hasAny(query, [
      'condition',
      'container_clusters',
      'last_goodbye_at',
      'last_goodbye_at[gte]',
      'last_goodbye_at[lte]',
    ]),
  ].includes(true)
  const labels = labelIds(query.labels, organization)
  if (!labels.ok) return labels
  if (isNone) return ok(null)
  const before = query.disconnected_before
  return ok({
    ...ofIllumio(query, 'ven_name_folded'),
    labels: labels.value,
    attributes: statusOf(query.status),
    where: [
      ...common(query, 'ven_', query.os),
      ...seen(query.last_heartbeat_at, query['last_heartbeat_at[gte]'], query['last_heartbeat_at[lte]']),
      ...(before === undefined ? [] : [...online('false', about), between(undefined, before - 1)]),
      ...granted('ven_type', shownAs(query.ven_type)),
      ...versions(query.version, query['version[gte]'], query['version[lte]']),
    ],
  })
}

function ofIllumio(
  query: { readonly name?: string | undefined; readonly hostname?: string | undefined },
  attribute: string,
) {
  return {
    dialect: 'illumio' as const,
    state: 'active' as const,
    hostnameContains: query.hostname,
    nameContains: query.name === undefined ? undefined : { text: query.name, attribute },
  }
}

/** A suspended VEN says so; absent is active. */
function statusOf(status: string | undefined): Readonly<Record<string, string | null>> {
  return status === undefined ? {} : { ven_status: status === 'suspended' ? status : null }
}

function common(
  query: { readonly description?: string | undefined; readonly ip_address?: string | undefined },
  prefix: 'ven_' | '',
  os: string | undefined,
): AgentCondition[] {
  const { description, ip_address: address } = query
  const attribute = (name: string): AgentMember => ({ of: 'attributes', name: prefix + name })
  return [
    ...(description === undefined
      ? []
      : [contains(attribute('description'), description, attribute('description_folded'))]),
    ...(address === undefined
      ? []
      : [{ kind: 'item_contains', list: INTERFACES, name: 'address', text: address } as const]),
    ...(os === undefined ? [] : [contains(OS_ID, os)]),
  ]
}

function contains(member: AgentMember, text: string, folded?: AgentMember): AgentCondition {
  return { kind: 'contains', member, text, ...(folded && { folded }) }
}

function between(least: number | undefined, most: number | undefined): AgentCondition {
  return { kind: 'between', member: 'seenAt', least, most }
}

function seen(at: number | undefined, least: number | undefined, most: number | undefined): AgentCondition[] {
  return [
    ...(at === undefined ? [] : [between(at, at)]),
    ...(least === undefined && most === undefined ? [] : [between(least, most)]),
  ]
}

function online(
  flag: 'true' | 'false' | undefined,
  { now, timeouts }: Pick<About, 'now' | 'timeouts'>,
): AgentCondition[] {
  if (flag === undefined) return []
  const seenIn = (seconds: number) => {
    const limit = offlineSince(seconds, now)
    return flag === 'true' ? between(limit + 1, undefined) : between(undefined, limit)
  }
  const { server, endpoint } = timeouts
  if (server === endpoint) return [seenIn(server)]
  const ofType = (type: 'server' | 'endpoint') => [
    ...granted('ven_type', shownAs(type)),
    seenIn(timeouts[type]),
  ]
  return [{ kind: 'any', of: [ofType('server'), ofType('endpoint')] }]
}

function granted<Name extends keyof typeof DEFAULTS>(
  name: Name,
  values: readonly (typeof DEFAULTS)[Name][] | undefined,
): AgentCondition[] {
  if (values === undefined) return []
  return [{ kind: 'one_of', member: { of: 'values', name }, values, absent: DEFAULTS[name] }]
}

/** What is neither is shown as a server. */
function shownAs(type: z.output<typeof VenType>): readonly (typeof DEFAULTS)['ven_type'][] | undefined {
  if (type === undefined) return undefined
  return type === 'endpoint' ? ['endpoint'] : ['server', 'specified_during_activation']
}

function versions(
  is: string | undefined,
  least: string | undefined,
  most: string | undefined,
): AgentCondition[] {
  const numbers = (version: string | undefined) => version?.split(/[.-]/).map(Number)
  return [
    ...(is === undefined
      ? []
      : [{ kind: 'one_of', member: VERSION, values: [is], absent: UNKNOWN_VERSION } as const]),
    ...(least === undefined && most === undefined
      ? []
      : [{ kind: 'version', member: VERSION, least: numbers(least), most: numbers(most) } as const]),
  ]
}

function hasAny<Query extends object>(query: Query, names: readonly (keyof Query)[]): boolean {
  return names.some((name) => query[name] !== undefined)
}
