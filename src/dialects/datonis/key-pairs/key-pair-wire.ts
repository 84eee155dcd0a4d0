/** A key pair on the wire (docs/dialects/datonis.md#key-pairs). Pure. */
import * as z from 'zod'
import type { ShownKeyPair } from '../../../core/devices/key-pairs/read.ts'
import { formatTimestamp, type TimestampFormat } from '../devices/timestamps.ts'
import { formatExpiry } from './expiry.ts'

export const Timestamp = z.union([z.int(), z.string()])

/** Exactly these members, in this order. */
export const KeyPairRecord = z.object({
  access_key: z.string(),
  enabled: z.boolean(),
  expiry_date: z.string().nullable(),
  secret_key: z.string(),
  key_pair_key: z.string(),
  created_at: Timestamp,
  updated_at: Timestamp,
  role_name: z.string(),
  role_key: z.string(),
})

export function formatKeyPair(pair: ShownKeyPair, format: TimestampFormat): z.output<typeof KeyPairRecord> {
  return {
    access_key: pair.accessKey,
    enabled: pair.isEnabled,
    expiry_date: formatExpiry(pair.expiresAt),
    secret_key: pair.secret,
    key_pair_key: pair.accessKey,
    created_at: formatTimestamp(pair.createdAt, format),
    updated_at: formatTimestamp(pair.updatedAt, format),
    role_name: pair.roleName,
    role_key: pair.role,
  }
}
