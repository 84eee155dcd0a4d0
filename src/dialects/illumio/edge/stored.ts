/**
 * The dialect's own members of what the core stores. Reading is lenient, since another dialect may write profiles and
 * enroll agents too: what is absent, or none of ours, is the default. Pure.
 */
import * as z from 'zod'
import { Facts } from '../pairing/activation-schemas.ts'
import { VenType, VisibilityLevel } from '../pairing/profile-schemas.ts'
import { DEFAULT_RELEASE } from './constants.ts'
import { EnforcementMode } from './modes.ts'

/** What a profile grants; the defaults of a new one (docs/dialects/illumio.md#defaults-of-a-profile). */
export const GrantedValues = z.object({
  enforcement_mode: EnforcementMode.catch('visibility_only'),
  visibility_level: VisibilityLevel.catch('flow_summary'),
  log_traffic: z.boolean().catch(false),
  ven_type: VenType.catch('server'),
})

export const Attributes = z.object({
  external_data_set: z.string().nullable().catch(null),
  external_data_reference: z.string().nullable().catch(null),
  agent_software_release: z.string().catch(DEFAULT_RELEASE),
})

const { shape } = Facts
export const KnownFacts = z.object({
  os_id: shape.os_id.catch(null),
  os_detail: shape.os_detail.catch(null),
  os_platform: shape.os_platform.catch(null),
  agent_version: shape.agent_version.catch(null),
  uid: shape.uid.catch(null),
  public_ip: shape.public_ip.catch(null),
  interfaces: shape.interfaces.catch([]),
})

const Text = z.string().nullable().catch(null)
/** What operators set of an agent. */
export const AgentAttributes = z.object({
  name: Text,
  description: Text,
  service_provider: Text,
  data_center: Text,
  data_center_zone: Text,
  service_principal_name: Text,
  distinguished_name: Text,
  agent_to_pce_certificate_authentication_id: Text,
  external_data_set: Text,
  external_data_reference: Text,
  ignored_interface_names: z.array(z.string()).catch([]),
  datacenter_nat_1to1: z.boolean().catch(false),
  ven_name: Text,
  ven_description: Text,
  ven_status: z.enum(['active', 'suspended']).catch('active'),
})
