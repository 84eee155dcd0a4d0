/** API keys, in and out (docs/dialects/native.md#api-keys). Pure. */
import * as z from 'zod'
import type { ApiKeyChange } from '../../../core/access/api-keys/own.ts'
import type { ApiKey } from '../../../core/access/api-keys/port.ts'
import type { ActorRef, PrincipalKind } from '../../../core/kernel/cause.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { Time, Timestamp } from '../../../http/words/wire.ts'

const MAX_DESCRIPTION_CHARACTERS = 4_096
const MAX_LIFETIME_SECONDS = 2_147_483_647

const Name = text(255).min(1)
const Description = prose(MAX_DESCRIPTION_CHARACTERS)

const Lifetime = {
  expires_at: Timestamp.nullable().optional().describe('null: it never expires'),
  lifetime_seconds: z
    .int()
    .min(1)
    .max(MAX_LIFETIME_SECONDS)
    .optional()
    .describe('From now; not with expires_at'),
}

const isOneLifetime = (input: { readonly expires_at?: unknown; readonly lifetime_seconds?: unknown }) =>
  input.expires_at === undefined || input.lifetime_seconds === undefined

export const KeyInput = z
  .strictObject({
    name: Name,
    description: Description.default(''),
    ...Lifetime,
    service_account_id: z.uuid().optional().describe('Whose it is to be; absent: one’s own'),
  })
  .refine(isOneLifetime, { path: ['lifetime_seconds'], message: 'Not with expires_at' })

export const KeyPatch = z.strictObject({
  name: Name.optional(),
  description: Description.optional(),
  expires_at: Timestamp.nullable().optional().describe('null: never; a time that has passed ends it'),
  enabled: z.boolean().optional(),
})

const KeyState = z.enum(['active', 'disabled', 'suspended_by_restore', 'expired'])

export const ApiKeyReply = z
  .object({
    id: z.string().describe('Also the user name of HTTP Basic'),
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    state: KeyState,
    owner: z.object({
      kind: z.enum(['user', 'service_account', 'group', 'api_client']),
      id: z.string(),
      name: z.string(),
    }),
    created_at: Time,
    created_by: z.string().nullable().describe('A name, where it was recorded'),
    expires_at: Time.nullable(),
    last_used_at: Time.nullable().describe('To the minute; null: never'),
  })
  .meta({ id: 'ApiKey' })

export const CreatedApiKeyReply = ApiKeyReply.extend({
  secret: z.string().describe('The password of HTTP Basic. Shown once'),
}).meta({ id: 'CreatedApiKey' })

type Lifetimes = {
  readonly expires_at?: number | null | undefined
  readonly lifetime_seconds?: number | undefined
}

/** Unix milliseconds; null: never. */
export function toExpiry(
  { expires_at: at, lifetime_seconds: seconds }: Lifetimes,
  now: number,
): number | null {
  return seconds === undefined ? (at ?? null) : now + seconds * 1_000
}

export function toKeyChange(patch: z.output<typeof KeyPatch>): ApiKeyChange {
  const { name, description, expires_at: expiresAt, enabled: isEnabled } = patch
  return given({ name, description, expiresAt, isEnabled })
}

/** @property uuid of its principal */
export type KeyOwner = { readonly kind: PrincipalKind; readonly uuid: string; readonly name: string }

export function formatApiKey(key: ApiKey, owner: KeyOwner, now: number): z.output<typeof ApiKeyReply> {
  const { id, name, description, disabledAt, createdAt, createdBy, expiresAt, usedAt } = key
  return {
    id: `api_${id}`,
    name,
    description,
    enabled: disabledAt === null,
    state: stateOf(key, now),
    owner: { kind: owner.kind, id: owner.uuid, name: owner.name },
    created_at: formatTime(createdAt),
    created_by: createdBy && nameOf(createdBy),
    expires_at: formatTimeOrNull(expiresAt),
    last_used_at: formatTimeOrNull(usedAt),
  }
}

function stateOf({ disabledAt, suspendedAt, expiresAt }: ApiKey, now: number): z.output<typeof KeyState> {
  if (disabledAt !== null) return 'disabled'
  if (suspendedAt !== null) return 'suspended_by_restore'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'active'
}

function nameOf(actor: ActorRef): string | null {
  return actor.kind === 'principal' ? actor.name : null
}
