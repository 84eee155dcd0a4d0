/**
 * D1 numbers ledgers (31 bits); a ledger numbers what it owns by itself: profiles and agents in
 * 27 bits, keys in 24. An entity is named by both numbers, so that a single look-up finds its ledger.
 */
export type EntityId = { readonly ledger: number; readonly n: number }

const SEQUENCE_BITS = 27n
export const MAX_LEDGER = 2 ** 31 - 1
export const MAX_KEY = 2 ** 24 - 1
export const MAX_AGENT = 2 ** 27 - 1

/** The 58-bit number of an entity. */
export function packId(id: EntityId): bigint {
  return (BigInt(id.ledger) << SEQUENCE_BITS) | BigInt(id.n)
}

export function unpackId(packed: bigint): EntityId | null {
  const ledger = Number(packed >> SEQUENCE_BITS)
  const n = Number(packed & ((1n << SEQUENCE_BITS) - 1n))
  return packed >= 0n && ledger >= 1 && ledger <= MAX_LEDGER && n >= 1 ? { ledger, n } : null
}

/** The decimal text of the 58-bit number; it may pass 2^53, so it is never a JavaScript number. */
export function formatId(id: EntityId): string {
  return packId(id).toString()
}

export function parseId(text: string): EntityId | null {
  return /^[1-9][0-9]{0,17}$/.test(text) ? unpackId(BigInt(text)) : null
}

/** A ledger's own number from text, or null. */
export function parseLedger(text: string): number | null {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) return null
  const ledger = Number(text)
  return ledger <= MAX_LEDGER ? ledger : null
}

/**
 * A version 4 UUID (RFC 9562, section 5.4) with the entity's 58 bits in its free ones; the other 64 are random.
 * @param random at least 8 bytes
 */
export function agentUuid(id: EntityId, random: Uint8Array): string {
  const packed = packId(id).toString(16).padStart(15, '0')
  const free = [...random.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  // 15 hex digits hold the 58 bits; variant digit 8..b holds two of the random ones.
  const variant = '89ab'[Number.parseInt(free[0] ?? '0', 16) & 3]
  const digits = `${packed.slice(0, 12)}4${packed.slice(12, 15)}${variant}${free.slice(1)}`
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`
}

/** An agent by its UUID. The random half counts too, or one agent would answer to many names. */
export type AgentName = EntityId & { readonly uuid?: string }

export function parseAgentUuid(uuid: string): AgentName | null {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(uuid)
  if (!parts) return null
  const id = unpackId(BigInt(`0x${parts[1]}${parts[2]}${parts[3]}`))
  return id && { ...id, uuid }
}
