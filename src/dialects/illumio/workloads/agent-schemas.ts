/** What workloads and VENs look like (docs/dialects/illumio.md#one-agent). */
import * as z from 'zod'
import { Href } from '../edge/hrefs.ts'
import { EnforcementMode, LegacyMode } from '../edge/modes.ts'
import { VisibilityLevel } from '../pairing/profile-schemas.ts'

const Text = z.string().nullable()
const Time = z.iso.datetime()

export const Interfaces = z.array(
  z.object({
    name: z.string(),
    address: z.string(),
    cidr_block: z.int().nullable(),
    default_gateway_address: Text,
    link_state: z.literal('unknown'),
    network: z.null(),
    network_detection_mode: z.null(),
    friendly_name: z.null(),
  }),
)

const Labels = z.array(z.object({ href: z.string(), key: z.string(), value: z.string() }))
const VenStatus = z.enum(['active', 'suspended'])
const ShownVenType = z.enum(['server', 'endpoint'])

const STAMPS = { created_at: Time, created_by: Href, updated_at: Time, updated_by: Href }

export const WorkloadReply = z.object({
  href: z.string(),
  deleted: z.literal(false),
  name: Text,
  description: Text,
  managed: z.literal(true),
  hostname: z.string(),
  service_principal_name: Text,
  public_ip: Text,
  distinguished_name: Text,
  agent_to_pce_certificate_authentication_id: Text,
  enforcement_mode: EnforcementMode,
  visibility_level: VisibilityLevel,
  external_data_set: Text,
  external_data_reference: Text,
  interfaces: Interfaces,
  ignored_interface_names: z.array(z.string()),
  service_provider: Text,
  data_center: Text,
  data_center_zone: Text,
  os_id: Text,
  os_detail: Text,
  online: z.boolean(),
  labels: Labels,
  services: z.object({ open_service_ports: z.array(z.unknown()) }),
  selectively_enforced_services: z.array(z.unknown()),
  agent: z.object({
    href: z.string(),
    type: z.literal('Host'),
    unpair_allowed: z.boolean(),
    active_pce_fqdn: z.string(),
    target_pce_fqdn: z.null(),
    config: z.object({ mode: LegacyMode, log_traffic: z.boolean(), visibility_level: VisibilityLevel }),
    status: z.object({
      uid: Text,
      status: VenStatus,
      managed_since: Time,
      agent_version: z.string(),
      fw_config_current: z.literal(false),
      firewall_rule_count: z.literal(0),
      security_policy_refresh_at: z.null(),
      security_policy_applied_at: z.null(),
      security_policy_received_at: z.null(),
      agent_health: z.array(z.unknown()),
      agent_health_errors: z.object({ errors: z.array(z.unknown()), warnings: z.array(z.unknown()) }),
      uptime_seconds: z.null(),
      last_heartbeat_on: Time,
    }),
  }),
  ven: z.object({
    href: z.string(),
    hostname: z.string(),
    name: Text,
    status: VenStatus,
    ven_type: ShownVenType,
  }),
  ...STAMPS,
  caps: z.array(z.literal('write')),
  container_cluster: z.null(),
  datacenter_nat_1to1: z.boolean(),
})

export const VenReply = z.object({
  href: z.string(),
  name: Text,
  description: Text,
  hostname: z.string(),
  uid: Text,
  os_id: Text,
  os_detail: Text,
  os_platform: Text,
  version: z.string().meta({ description: '`unknown` of a machine that gave none' }),
  status: VenStatus,
  activation_type: z.literal('pairing_key'),
  active_pce_fqdn: z.string(),
  target_pce_fqdn: z.null(),
  labels: Labels,
  interfaces: Interfaces,
  workloads: z.array(Href),
  container_cluster: z.null(),
  secure_connect: z.null(),
  unpair_allowed: z.boolean(),
  last_heartbeat_at: Time,
  last_goodbye_at: z.null(),
  ...STAMPS,
  conditions: z.array(z.unknown()),
  caps: z.array(z.enum(['write', 'unpair'])),
  ven_type: ShownVenType,
  authentication_recovery: z.literal(false),
  upgrade_expires_at: z.null(),
  upgrade_target_version: z.null(),
})
