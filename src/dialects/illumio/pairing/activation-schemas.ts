/** What a machine says of itself when it activates (docs/dialects/illumio.md#activation). Pure. */
import * as z from 'zod'
import { Claim, prose, text } from '../../../http/text.ts'
import { EnforcementMode, LegacyMode } from '../edge/modes.ts'
import { VisibilityLevel } from './profile-schemas.ts'

const MAX_INTERFACES = 256
const Fact = prose(255).nullable().optional()
const Address = z.union([z.ipv4(), z.ipv6()])

const Interface = z.strictObject({
  name: text(255).min(1),
  address: Address,
  cidr_block: z.int().min(0).max(128).nullable().optional(),
  default_gateway_address: Address.nullable().optional(),
})

/** What the machine reports; kept with the agent as it was said. */
export const Facts = z.strictObject({
  os_id: Fact,
  os_detail: prose(1_024).nullable().optional(),
  os_platform: Fact,
  agent_version: Fact,
  uid: Fact,
  public_ip: Address.nullable().optional(),
  interfaces: z.array(Interface).max(MAX_INTERFACES).optional(),
})

const LabelValue = text(255).min(1).optional()

/** The options of pair.sh; what the profile locks is ignored (docs/dialects/illumio.md#overrides). */
const Overrides = z.strictObject({
  enforcement_mode: EnforcementMode.optional(),
  mode: LegacyMode.optional(),
  visibility_level: VisibilityLevel.optional(),
  log_traffic: z.boolean().optional(),
  labels: z.strictObject({ role: LabelValue, app: LabelValue, env: LabelValue, loc: LabelValue }).optional(),
})

export const Activation = Facts.extend({
  activation_code: z.string().max(255),
  claim: Claim.optional(),
  hostname: text(255).optional(),
  ven_type: z.enum(['server', 'endpoint']).optional(),
  overrides: Overrides.optional(),
})
