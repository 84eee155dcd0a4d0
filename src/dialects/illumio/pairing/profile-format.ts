/** A pairing profile, out (docs/dialects/illumio.md#members-of-a-profile). Pure. */
import * as z from 'zod'
import type { Permission } from '../../../core/access/permission.ts'
import type { Grant, Profile } from '../../../core/enrollment/ledger/profile.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { DEFAULT_RELEASE, DEFAULT_RELEASE_SHOWN } from '../edge/constants.ts'
import { actorHref, Href, hrefOf } from '../edge/hrefs.ts'
import { EnforcementMode, LEGACY_OF_MODE, LegacyMode } from '../edge/modes.ts'
import { Attributes, GrantedValues } from '../edge/stored.ts'
import { VenType, VisibilityLevel } from './profile-schemas.ts'

const Limit = z.union([z.int(), z.literal('unlimited')])
const Time = z.iso.datetime()

export const ProfileReply = z.object({
  href: z.string(),
  name: z.string(),
  description: z.string(),
  total_use_count: z.int(),
  enabled: z.boolean(),
  is_default: z.boolean(),
  created_at: Time,
  updated_at: Time,
  created_by: Href,
  updated_by: Href,
  mode: LegacyMode,
  enforcement_mode: EnforcementMode,
  key_lifespan: Limit,
  allowed_uses_per_key: Limit,
  last_pairing_at: Time.nullable(),
  last_pairing_key_generated_at: Time.nullable(),
  last_pairing_key_generated_by: Href.nullable(),
  labels: z.array(Href),
  env_label_lock: z.boolean(),
  loc_label_lock: z.boolean(),
  role_label_lock: z.boolean(),
  app_label_lock: z.boolean(),
  mode_lock: z.boolean(),
  enforcement_mode_lock: z.boolean(),
  log_traffic: z.boolean(),
  log_traffic_lock: z.boolean(),
  visibility_level: VisibilityLevel,
  visibility_level_lock: z.boolean(),
  external_data_set: z.string().nullable(),
  external_data_reference: z.string().nullable(),
  agent_software_release: z.string(),
  ven_type: VenType,
  caps: z.array(z.enum(['write', 'generate_pairing_key'])),
})

export function formatProfile(
  profile: Profile,
  permissions: ReadonlySet<Permission>,
): z.output<typeof ProfileReply> {
  const { organization, grant } = profile
  const values = GrantedValues.parse(grant.values)
  const attributes = Attributes.parse(profile.attributes)
  const isLocked = (name: string) => grant.locks.includes(name)
  const { lastKeyBy } = profile
  return {
    href: hrefOf(organization, 'pairing_profiles', profile.ledger),
    name: profile.name,
    description: profile.description,
    total_use_count: profile.uses,
    enabled: profile.isEnabled,
    is_default: profile.isDefault,
    created_at: formatTime(profile.createdAt),
    updated_at: formatTime(profile.updatedAt),
    created_by: actorHref(profile.createdBy, organization),
    updated_by: actorHref(profile.updatedBy, organization),
    mode: LEGACY_OF_MODE[values.enforcement_mode],
    enforcement_mode: values.enforcement_mode,
    key_lifespan: profile.defaultLifetimeSeconds ?? 'unlimited',
    allowed_uses_per_key: profile.defaultMaxUses ?? 'unlimited',
    last_pairing_at: formatTimeOrNull(profile.lastRedeemedAt),
    last_pairing_key_generated_at: formatTimeOrNull(profile.lastKeyAt),
    last_pairing_key_generated_by: lastKeyBy && actorHref(lastKeyBy, organization),
    labels: labelRefs(grant, organization),
    env_label_lock: isLocked('label:env'),
    loc_label_lock: isLocked('label:loc'),
    role_label_lock: isLocked('label:role'),
    app_label_lock: isLocked('label:app'),
    mode_lock: isLocked('enforcement_mode'),
    enforcement_mode_lock: isLocked('enforcement_mode'),
    log_traffic: values.log_traffic,
    log_traffic_lock: isLocked('log_traffic'),
    visibility_level: values.visibility_level,
    visibility_level_lock: isLocked('visibility_level'),
    external_data_set: attributes.external_data_set,
    external_data_reference: attributes.external_data_reference,
    agent_software_release: shownRelease(attributes.agent_software_release),
    ven_type: values.ven_type,
    caps: [
      ...(permissions.has('profiles.write') ? (['write'] as const) : []),
      ...(permissions.has('keys.write') ? (['generate_pairing_key'] as const) : []),
    ],
  }
}

/** In the order in which they were given; deleted labels keep their place. */
export function labelRefs(grant: Grant, organization: number): z.output<typeof Href>[] {
  return grant.labels.flatMap((label) =>
    'id' in label ? [{ href: hrefOf(organization, 'labels', label.id) }] : [],
  )
}

function shownRelease(stored: string): string {
  return stored === DEFAULT_RELEASE ? DEFAULT_RELEASE_SHOWN : stored
}

/** A prefix of a release as it is shown, as a prefix of how it is stored. */
export function storedReleasePrefix(prefix: string): string {
  return prefix.length > DEFAULT_RELEASE.length && DEFAULT_RELEASE_SHOWN.startsWith(prefix)
    ? DEFAULT_RELEASE
    : prefix
}
