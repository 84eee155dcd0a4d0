/** What an operator changes of a machine, in the core's words (docs/dialects/illumio.md#changing-machines). Pure. */
import * as z from 'zod'
import type { Agent, AgentChange } from '../../../core/enrollment/ledger/agent.ts'
import type { Grant } from '../../../core/enrollment/ledger/profile.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { fold } from '../../../core/kernel/text.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { EnforcementMode, intended, LegacyMode, MODE_OF_LEGACY } from '../edge/modes.ts'
import { GrantedValues } from '../edge/stored.ts'
import { LabelRefs, VisibilityLevel } from '../pairing/profile-schemas.ts'

const MAX_DESCRIPTION_CHARACTERS = 4_096

const Name = text(255).nullable().optional()
const Description = prose(MAX_DESCRIPTION_CHARACTERS).nullable().optional()

/** Round trips send these back; other unknown names are refused (docs/dialects/illumio.md#read-only-members). */
const Ignored = z.unknown().optional().meta({ description: 'Accepted and ignored' })
function readOnly<Names extends string>(...names: readonly Names[]): Record<Names, typeof Ignored> {
  return Object.fromEntries(names.map((name) => [name, Ignored])) as Record<Names, typeof Ignored>
}

const STAMPS = ['href', 'created_at', 'created_by', 'updated_at', 'updated_by', 'caps'] as const
const OF_THE_MACHINE = ['hostname', 'os_id', 'os_detail', 'interfaces', 'container_cluster'] as const

const VenStatus = z.enum(['active', 'suspended'])

export const ChangeVen = z.strictObject({
  name: Name,
  description: Description,
  status: VenStatus.optional().meta({
    description: 'For operators and the machine’s own agent: a suspended VEN keeps its identity',
  }),
  target_pce_fqdn: text(255).nullable().optional().meta({
    description: 'This server: there is no other to move to',
  }),
  ...readOnly(...STAMPS, ...OF_THE_MACHINE),
  ...readOnly('uid', 'os_platform', 'version', 'activation_type', 'active_pce_fqdn', 'labels', 'workloads'),
  ...readOnly(
    'secure_connect',
    'unpair_allowed',
    'last_heartbeat_at',
    'last_goodbye_at',
    'conditions',
    'ven_type',
    'authentication_recovery',
    'upgrade_expires_at',
    'upgrade_target_version',
  ),
})

const OWN_TEXTS = [
  'service_provider',
  'data_center',
  'data_center_zone',
  'service_principal_name',
  'distinguished_name',
  'agent_to_pce_certificate_authentication_id',
  'external_data_set',
  'external_data_reference',
] as const
const ownTexts = Object.fromEntries(OWN_TEXTS.map((name) => [name, Name])) as Record<
  (typeof OWN_TEXTS)[number],
  typeof Name
>

/** In the older form; what else it is shown with comes along in a round trip. */
const ChangeAgent = z.looseObject({
  config: z.looseObject({ mode: LegacyMode.optional(), log_traffic: z.boolean().optional() }).optional(),
  status: z.looseObject({ status: VenStatus.optional() }).optional(),
})

export const ChangeWorkload = z.strictObject({
  name: Name,
  description: Description,
  ...ownTexts,
  labels: LabelRefs.optional(),
  enforcement_mode: EnforcementMode.optional(),
  visibility_level: VisibilityLevel.optional(),
  agent: ChangeAgent.optional().meta({
    description: 'The mode in its older form, the logging of traffic, and the status of the VEN',
  }),
  datacenter_nat_1to1: z.boolean().optional().meta({ description: 'Kept and shown' }),
  ...readOnly(...STAMPS, ...OF_THE_MACHINE),
  ignored_interface_names: z.array(text(255)).max(256).optional().meta({
    description: 'Kept and shown: nothing here acts on it',
  }),
  ...readOnly(
    'deleted',
    'managed',
    'public_ip',
    'online',
    'services',
    'selectively_enforced_services',
    'ven',
  ),
})

/** A name is kept in the form in which it is looked for, too. */
function named(prefix: 'ven_' | '', name: string | null | undefined): JsonObject {
  if (name === undefined) return {}
  return { [`${prefix}name`]: name, [`${prefix}name_folded`]: name === null ? null : fold(name) }
}

/** Likewise a description. */
function described(prefix: 'ven_' | '', description: string | null | undefined): JsonObject {
  if (description === undefined) return {}
  return {
    [`${prefix}description`]: description,
    [`${prefix}description_folded`]: description === null ? null : fold(description),
  }
}

export function venChange({ name, description, status }: z.output<typeof ChangeVen>): AgentChange {
  return {
    attributes: {
      ...named('ven_', name),
      ...described('ven_', description),
      ...suspended(status),
    },
  }
}

/** Absent is active, as every VEN is at first. */
function suspended(status: z.output<typeof VenStatus> | undefined): JsonObject {
  return status === undefined ? {} : { ven_status: status === 'active' ? null : status }
}

/** @param agent what it is: a body may name its mode in both generations, of which one came along in a round trip */
export function workloadChange(
  input: z.output<typeof ChangeWorkload>,
  labels: Grant['labels'] | undefined,
  agent: Pick<Agent, 'grant'>,
): AgentChange {
  const { name, description, visibility_level, ignored_interface_names, datacenter_nat_1to1 } = input
  const { mode, log_traffic } = input.agent?.config ?? {}
  const enforcement_mode = intended(
    input.enforcement_mode,
    mode && MODE_OF_LEGACY[mode],
    GrantedValues.parse(agent.grant.values).enforcement_mode,
  )
  const texts = OWN_TEXTS.map((member) => [member, input[member]] as const)
  return {
    attributes: {
      ...named('', name),
      ...described('', description),
      ...suspended(input.agent?.status?.status),
      ...(given({
        ignored_interface_names,
        datacenter_nat_1to1,
        ...Object.fromEntries(texts),
      }) as JsonObject),
    },
    values: given({ enforcement_mode, visibility_level, log_traffic }) as JsonObject,
    ...(labels && { labels }),
  }
}
