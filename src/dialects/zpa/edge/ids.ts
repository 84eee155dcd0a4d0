/** How ZPA spells ids: digits in strings, always (docs/dialects/zpa.md#ids). Pure. */
import { type EntityId, MAX_KEY, packId, unpackId } from '../../../core/kernel/ids.ts'

/**
 * Groups, what an enrollment made, and NP assistant groups have 18 digits: a kind above the 58 bits of (ledger, n), so
 * that an id of one kind is never one of another.
 */
const KINDS = { component: 1n, group: 2n, npAssistantGroup: 3n } as const
const PACKED_BITS = 58n

/** Administrators are numbered from 2^56, as in the wild. */
const FIRST_ADMIN = 2n ** 56n

export type IdKind = keyof typeof KINDS

export function formatGid(kind: IdKind, id: EntityId): string {
  return String((KINDS[kind] << PACKED_BITS) | packId(id))
}

/** null: it is no id of that kind. */
export function parseGid(kind: IdKind, text: string): EntityId | null {
  if (!/^[1-9][0-9]{17,18}$/.test(text)) return null
  const gid = BigInt(text)
  return gid >> PACKED_BITS === KINDS[kind] ? unpackId(gid & ((1n << PACKED_BITS) - 1n)) : null
}

/** A provisioning key's id is its number in the customer's ledger: one small sequence for all association types. */
export function parseKeyId(text: string): number | null {
  if (!/^[1-9][0-9]{0,7}$/.test(text)) return null
  const n = Number(text)
  return n <= MAX_KEY ? n : null
}

/** Enrollment certificates and API keys, which D1 numbers. */
export function parseSmallId(text: string): number | null {
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null
}

export function formatAdmin(principal: number): string {
  return String(FIRST_ADMIN + BigInt(principal))
}

export function parseAdmin(text: string): number | null {
  if (!/^[1-9][0-9]{16,17}$/.test(text)) return null
  const id = BigInt(text) - FIRST_ADMIN
  return id > 0n && id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : null
}
