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
  labels: z.array(Href),
  services: z.object({ open_service_ports: z.array(z.unknown()) }),
  agent: z.object({
    href: z.string(),
    type: z.literal('Host'),
    unpair_allowed: z.boolean(),
    config: z.object({ mode: LegacyMode, log_traffic: z.boolean(), visibility_level: VisibilityLevel }),
    status: z.object({
      uid: Text,
      status: z.enum(['active', 'suspended']),
      managed_since: Time,
      agent_version: z.string(),
      agent_health: z.array(z.unknown()),
      agent_health_errors: z.object({ errors: z.array(z.unknown()), warnings: z.array(z.unknown()) }),
      uptime_seconds: z.null(),
      last_heartbeat_on: Time,
    }),
  }),
  ven: Href,
  ...STAMPS,
  caps: z.array(z.literal('write')),
  container_cluster: z.null(),
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
  status: z.enum(['active', 'suspended']),
  activation_type: z.literal('pairing_key'),
  active_pce_fqdn: z.string(),
  target_pce_fqdn: z.null(),
  labels: z.array(Href),
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
  ven_type: z.enum(['server', 'endpoint']),
})
