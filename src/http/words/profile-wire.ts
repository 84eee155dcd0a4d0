import * as z from 'zod'
import type { CertificatePolicy } from '../../core/enrollment/ledger/certificate-policy.ts'
import { LOCATIONS } from '../../core/enrollment/ledger/location.ts'
import type { NewProfile, Profile, ProfileChange } from '../../core/enrollment/ledger/profile.ts'
import { type Ceilings, NO_CEILINGS } from '../../core/enrollment/ledger/rules/ceilings.ts'
import { given } from '../members.ts'
import { prose, text } from '../text.ts'
import { formatTime, formatTimeOrNull } from '../time.ts'
import { formatLabels, LabelMap } from './label-map.ts'
import { AddressRanges, Count, formatProfileId, Time } from './wire.ts'

const MIN_CERTIFICATE_SECONDS = 300
const DEFAULT_CERTIFICATE_SECONDS = 30 * 86_400
/** A year. */
const MAX_CERTIFICATE_SECONDS = 365 * 86_400

const members = {
  name: text(255).min(1),
  description: prose(4096),
  labels: LabelMap,
  enabled: z.boolean(),
  allowed_addresses: AddressRanges,
  default_max_uses: Count.nullable().describe('Of a new key whose maker says nothing; null: unlimited'),
  default_key_lifetime_seconds: Count.nullable().describe('As default_max_uses; null: keys do not expire'),
  ceilings: z
    .strictObject({
      max_uses: Count.nullable().default(null).describe('null: any, and unlimited'),
      lifetime_seconds: Count.nullable()
        .default(null)
        .describe('From when a key is made until it expires. null: any, and keys that never expire'),
    })
    .describe('The most that a key may ask for when it is made or changed, whatever the defaults say'),
  certificates: z
    .strictObject({
      trust_domain: z
        .string()
        .regex(/^[a-z0-9._-]{1,255}$/)
        .nullable()
        .default(null)
        .describe('Of SPIFFE: each certificate has the URI `spiffe://{trust_domain}/agent/{id}`. null: none'),
      lifetime_seconds: z
        .int()
        .min(MIN_CERTIFICATE_SECONDS)
        .max(MAX_CERTIFICATE_SECONDS)
        .default(DEFAULT_CERTIFICATE_SECONDS),
    })
    .nullable()
    .describe('The certificates that its agents get, which send a `csr`; null: none. Of native profiles'),
}

export const ProfileInput = z.strictObject({
  ...members,
  description: members.description.default(''),
  labels: members.labels.default({}),
  location: z
    .enum(LOCATIONS)
    .nullable()
    .default(null)
    .describe('About where its keys are decided: it cannot be changed. null: near who makes the profile'),
  enabled: members.enabled.default(true),
  allowed_addresses: members.allowed_addresses.default([]),
  default_max_uses: members.default_max_uses.default(null),
  default_key_lifetime_seconds: members.default_key_lifetime_seconds.default(null),
  ceilings: members.ceilings.default({ max_uses: null, lifetime_seconds: null }),
  certificates: members.certificates.default(null),
})

export const ProfilePatch = z.strictObject(members).partial()

export const ProfileReply = z
  .object({
    id: z.string(),
    organization_id: z.number().int(),
    dialect: z.string().describe('The API in whose words it was made, which alone changes what it grants'),
    name: z.string(),
    description: z.string(),
    labels: z.record(z.string(), z.string()),
    location: z
      .enum(LOCATIONS)
      .nullable()
      .describe('About where its keys are decided; null: where it was made'),
    enabled: z.boolean(),
    is_default: z.boolean().describe('The default profile of a dialect cannot be deleted'),
    allowed_addresses: z.array(z.string()),
    default_max_uses: z.number().int().nullable(),
    default_key_lifetime_seconds: z.number().int().nullable(),
    ceilings: z.object({
      max_uses: z.number().int().nullable(),
      lifetime_seconds: z.number().int().nullable(),
    }),
    certificates: z
      .object({ trust_domain: z.string().nullable(), lifetime_seconds: z.number().int() })
      .nullable(),
    uses: z.number().int().describe('Of all its keys'),
    last_redeemed_at: Time.nullable(),
    last_used_at: Time.nullable().describe('As last_redeemed_at'),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Profile' })

/** A native profile grants nothing but an identity. @param issuer of its certificates; null: it has none */
export function toNewProfile(
  input: z.output<typeof ProfileInput>,
  issuer: number | null = null,
): Omit<NewProfile, 'organization' | 'isDefault'> {
  return {
    dialect: 'native',
    name: input.name,
    description: input.description,
    tags: input.labels,
    location: input.location,
    isEnabled: input.enabled,
    grant: { values: {}, labels: [], locks: [] },
    attributes: {},
    uniqueName: null,
    allowedAddresses: input.allowed_addresses,
    defaultMaxUses: input.default_max_uses,
    defaultLifetimeSeconds: input.default_key_lifetime_seconds,
    ceilings: toCeilings(input.ceilings),
    certificates: toPolicy(input.certificates, issuer),
  }
}

/** @param issuer of its certificates; null: it has none */
export function toProfileChange(
  input: z.output<typeof ProfilePatch>,
  issuer: number | null = null,
): ProfileChange {
  return given({
    name: input.name,
    description: input.description,
    tags: input.labels,
    isEnabled: input.enabled,
    allowedAddresses: input.allowed_addresses,
    defaultMaxUses: input.default_max_uses,
    defaultLifetimeSeconds: input.default_key_lifetime_seconds,
    ceilings: input.ceilings && toCeilings(input.ceilings),
    certificates: input.certificates === undefined ? undefined : toPolicy(input.certificates, issuer),
  })
}

function toPolicy(
  certificates: z.output<typeof members.certificates>,
  issuer: number | null,
): CertificatePolicy | null {
  if (certificates === null) return null
  if (issuer === null) throw new Error('certificates need an issuer')
  return { issuer, trustDomain: certificates.trust_domain, lifetimeSeconds: certificates.lifetime_seconds }
}

function toCeilings(ceilings: z.output<typeof members.ceilings>): Ceilings {
  return { maxUses: ceilings.max_uses, lifetimeSeconds: ceilings.lifetime_seconds }
}

export function formatProfile(profile: Profile): z.output<typeof ProfileReply> {
  const { maxUses, lifetimeSeconds } = profile.ceilings ?? NO_CEILINGS
  return {
    id: formatProfileId(profile),
    organization_id: profile.organization,
    dialect: profile.dialect,
    name: profile.name,
    description: profile.description,
    labels: formatLabels(profile),
    location: profile.location ?? null,
    enabled: profile.isEnabled,
    is_default: profile.isDefault,
    allowed_addresses: [...profile.allowedAddresses],
    default_max_uses: profile.defaultMaxUses,
    default_key_lifetime_seconds: profile.defaultLifetimeSeconds,
    ceilings: { max_uses: maxUses, lifetime_seconds: lifetimeSeconds },
    certificates: profile.certificates && {
      trust_domain: profile.certificates.trustDomain,
      lifetime_seconds: profile.certificates.lifetimeSeconds,
    },
    uses: profile.uses,
    last_redeemed_at: formatTimeOrNull(profile.lastRedeemedAt),
    last_used_at: formatTimeOrNull(profile.lastRedeemedAt),
    created_at: formatTime(profile.createdAt),
    updated_at: formatTime(profile.updatedAt),
  }
}
