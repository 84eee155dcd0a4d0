/** A pairing profile's fields, in (docs/dialects/illumio.md#members-of-a-profile). Pure. */
import * as z from 'zod'
import { DUPLICATED } from '../../../http/problems.ts'
import { prose, text } from '../../../http/text.ts'
import { EnforcementMode, LegacyMode } from '../edge/modes.ts'

/** A profile of this VEN type lets its agents choose what they are. */
export const CHOSEN_BY_AGENT = 'specified_during_activation'
export const VenType = z.enum(['server', 'endpoint', CHOSEN_BY_AGENT])
export const VisibilityLevel = z.enum([
  'flow_full_detail',
  'flow_summary',
  'flow_drops',
  'flow_off',
  'enhanced_data_collection',
])

const MAX_LIMIT = 2_147_483_647
const MAX_LABELS = 100
const MAX_DESCRIPTION_CHARACTERS = 4_096

/** Round trips send these back; other unknown names are refused (docs/dialects/illumio.md#read-only-members). */
const READ_ONLY = [
  'href',
  'total_use_count',
  'is_default',
  'created_at',
  'updated_at',
  'created_by',
  'updated_by',
  'last_pairing_at',
  'last_pairing_key_generated_at',
  'last_pairing_key_generated_by',
  'caps',
  'status',
  'status_lock',
] as const

const Ignored = z.unknown().optional().meta({ description: 'Accepted and ignored' })
const readOnly = Object.fromEntries(READ_ONLY.map((name) => [name, Ignored])) as Record<
  (typeof READ_ONLY)[number],
  typeof Ignored
>

const Unlimited = z.literal('unlimited').transform(() => null)
const Count = z.int().min(1, { abort: true }).max(MAX_LIMIT, { abort: true })
/** What old clients send as text (docs/dialects/illumio.md#limits-in-older-forms). */
const CountAsText = z
  .string()
  .regex(/^[1-9][0-9]{0,9}$/, { abort: true })
  .refine((text) => Number(text) <= MAX_LIMIT, { abort: true })
  .transform(Number)
const OneUse = z.literal('one_use').transform(() => 1)

const ExternalData = text(255).nullable().optional()
const Lock = z.boolean().optional()

export const LabelRefs = z
  .array(z.object({ href: z.string().max(255) }))
  .max(MAX_LABELS)
  .refine((refs) => new Set(refs.map(({ href }) => href)).size === refs.length, { params: DUPLICATED })

const FIELDS = {
  name: text(255).min(1).optional(),
  description: prose(MAX_DESCRIPTION_CHARACTERS).optional(),
  enabled: z.boolean().optional(),
  enforcement_mode: EnforcementMode.optional(),
  enforcement_mode_lock: Lock,
  mode: LegacyMode.optional(),
  mode_lock: Lock,
  visibility_level: VisibilityLevel.optional(),
  visibility_level_lock: Lock,
  allowed_uses_per_key: z.union([Unlimited, Count, CountAsText, OneUse]).optional(),
  key_lifespan: z.union([Unlimited, Count, CountAsText]).optional(),
  labels: LabelRefs.optional(),
  role_label_lock: Lock,
  app_label_lock: Lock,
  env_label_lock: Lock,
  loc_label_lock: Lock,
  log_traffic: z.boolean().optional(),
  log_traffic_lock: Lock,
  agent_software_release: text(255).nullable().optional(),
  external_data_set: ExternalData,
  external_data_reference: ExternalData,
}

export const CreateProfile = z.strictObject({
  ...FIELDS,
  enabled: z.boolean(),
  ven_type: VenType.optional(),
  ...readOnly,
})
export const ChangeProfile = z.strictObject({ ...FIELDS, ven_type: Ignored, ...readOnly })
