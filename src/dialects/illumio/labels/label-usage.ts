import type { LabelUser } from '../../../core/labels/port.ts'

/** Things of a PCE that may have labels, and that do not exist here (docs/dialects/illumio.md#labels). */
const ABSENT = [
  'virtual_server',
  'virtual_service',
  'label_group',
  'label_mapping_rule',
  'ruleset',
  'enforcement_boundary',
  'static_policy_scopes',
  'container_workload',
  'container_workload_profile',
  'containers_inherit_host_policy_scopes',
  'firewall_coexistence_scope',
  'blocked_connection_reject_scope',
  'blocked_connection_reject_scopes',
  'loopback_interfaces_in_policy_scopes',
  'ip_forwarding_enabled_scopes',
  'rule_hit_count_enabled_scopes',
] as const

/** As a PCE shows by what a label is used. Pure. */
export function formatUsage(users: readonly LabelUser[]): Readonly<Record<string, boolean>> {
  return {
    workload: users.includes('agent'),
    pairing_profile: users.includes('profile'),
    permission: users.includes('permission'),
    ...Object.fromEntries(ABSENT.map((kind) => [kind, false])),
  }
}
