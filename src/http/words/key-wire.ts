import * as z from 'zod'
import type { KeyChangeInput } from '../../core/enrollment/keys/change.ts'
import type { MintInput } from '../../core/enrollment/keys/mint.ts'
import { type EnrollmentKey, KEY_STATES, type KeyState, usesLeft } from '../../core/enrollment/ledger/key.ts'
import { given } from '../members.ts'
import { prose, text } from '../text.ts'
import { formatTime, formatTimeOrNull } from '../time.ts'
import { toIdentity } from './identity-wire.ts'
import { formatLabels, LabelMap } from './label-map.ts'
import { formatRules, RuleMembers, RuleReply, toRules } from './rules-wire.ts'
import { AddressRanges, Count, formatKeyId, formatProfileId, ProfileId, Time, Timestamp } from './wire.ts'

const Name = text(255)
const Description = prose(4096)
const MaxUses = Count.nullable().describe('null: unlimited')

export const KeyInput = z
  .strictObject({
    profile_id: ProfileId,
    name: Name.default(''),
    description: Description.default(''),
    labels: LabelMap.default({}).describe('Its agents have them, too'),
    max_uses: MaxUses.optional().describe('null: unlimited; absent: as the profile says'),
    expires_at: Timestamp.nullable().optional().describe('null: never; absent: as the profile says'),
    lifetime_seconds: Count.nullable().optional().describe('Instead of expires_at'),
    allowed_addresses: AddressRanges.default([]),
    ...z.object(RuleMembers).partial().shape,
  })
  .refine((key) => key.expires_at === undefined || key.lifetime_seconds === undefined, {
    path: ['lifetime_seconds'],
    message: 'Give expires_at or lifetime_seconds, not both',
  })

export const KeyPatch = z
  .strictObject({
    name: Name,
    description: Description,
    labels: LabelMap.describe('Agents that it made keep theirs'),
    max_uses: MaxUses.describe('May be lowered below the count: what is enrolled stays. null: unlimited'),
    expires_at: Timestamp.nullable().describe('In the past: it expires now. null: never'),
    allowed_addresses: AddressRanges,
    enabled: z.boolean(),
    ...RuleMembers,
  })
  .partial()

export const KeyReply = z
  .object({
    id: z.string(),
    profile_id: z.string(),
    organization_id: z.number().int(),
    dialect: z.string(),
    name: z.string(),
    description: z.string(),
    labels: z.record(z.string(), z.string()),
    state: z
      .enum(KEY_STATES)
      .describe('The first reason why a new claim would be refused; its profile may be disabled besides'),
    enabled: z.boolean(),
    max_uses: z.number().int().nullable(),
    uses: z.number().int(),
    held: z.number().int().describe('Uses that are kept for claims whose agents are not made yet'),
    uses_left: z.number().int().nullable().describe('What neither an agent nor a hold has; null: unlimited'),
    paused_at: Time.nullable().describe('Since when new claims are refused'),
    resumes_at: Time.nullable().describe('When a pause ends by itself'),
    ...RuleReply,
    expires_at: Time.nullable(),
    revoked_at: Time.nullable(),
    allowed_addresses: z.array(z.string()),
    last_redeemed_at: Time.nullable(),
    last_used_at: Time.nullable().describe('As last_redeemed_at: when it made its last agent'),
    last_used_from: z.string().nullable().describe('The client’s address then, where it is known'),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Key' })

export const MintedKeyReply = KeyReply.extend({
  code: z.string().describe('What agents redeem. Shown once: only its keyed hash is stored'),
}).meta({ id: 'MintedKey' })

export function toMintInput(input: z.output<typeof KeyInput>): MintInput {
  return {
    name: input.name,
    description: input.description,
    tags: input.labels,
    maxUses: input.max_uses,
    lifetimeSeconds: input.expires_at === null ? null : input.lifetime_seconds,
    ...given({ rules: toRules(input), identity: input.identity && toIdentity(input.identity) }),
    expiresAt: input.expires_at ?? undefined,
    allowedAddresses: input.allowed_addresses,
  }
}

export function toKeyChange(input: z.output<typeof KeyPatch>): KeyChangeInput {
  return given({
    rules: toRules(input),
    identity: input.identity && toIdentity(input.identity),
    name: input.name,
    description: input.description,
    tags: input.labels,
    maxUses: input.max_uses,
    expiresAt: input.expires_at,
    allowedAddresses: input.allowed_addresses,
    isEnabled: input.enabled,
  })
}

export function formatKey(key: EnrollmentKey, state: KeyState): z.output<typeof KeyReply> {
  return {
    id: formatKeyId(key),
    profile_id: formatProfileId({ ledger: key.ledger, n: key.profile }),
    organization_id: key.organization,
    dialect: key.dialect,
    name: key.name,
    description: key.description ?? '',
    labels: formatLabels(key),
    state,
    enabled: key.isEnabled,
    max_uses: key.maxUses,
    uses: key.uses,
    held: key.held,
    uses_left: usesLeft(key),
    paused_at: formatTimeOrNull(key.pausedAt),
    resumes_at: formatTimeOrNull(key.resumesAt),
    ...formatRules(key.rules),
    expires_at: formatTimeOrNull(key.expiresAt),
    revoked_at: formatTimeOrNull(key.revokedAt),
    allowed_addresses: [...key.allowedAddresses],
    last_redeemed_at: formatTimeOrNull(key.lastRedeemedAt),
    last_used_at: formatTimeOrNull(key.lastRedeemedAt),
    last_used_from: key.lastRedeemedFrom ?? null,
    created_at: formatTime(key.createdAt),
    updated_at: formatTime(key.updatedAt),
  }
}
