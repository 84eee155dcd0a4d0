/**
 * What D1 holds of the ring: random, versioned keys, each sealed with AES-256-GCM under a key that is derived from a
 * master key (HKDF-SHA-256), its version and purpose as additional data. While the master key is being replaced two of
 * them open, so that at every instant either does.
 */
import { drizzle } from 'drizzle-orm/d1'
import { fromBase64, utf8 } from '../../core/kernel/encoding.ts'
import { DEFAULT_TOKEN_ALGORITHM, type TokenAlgorithm } from '../../core/kernel/keyring.ts'
import { NotReady } from '../../core/kernel/not-ready.ts'
import { keyring } from '../d1/schema/index.ts'
import { seal, unseal } from './sealed-box.ts'
import { newSigningKey } from './signed-tokens.ts'

const MASTER_BYTES = 32

export const PURPOSES = ['tag', 'hash', 'seal', 'agent_token', 'api_token', 'head'] as const
export type Purpose = (typeof PURPOSES)[number]

export type RingKey = {
  readonly version: number
  readonly purpose: Purpose
  readonly material: Uint8Array<ArrayBuffer>
  /** Unix milliseconds; before that it is known, and nothing new is made with it. */
  readonly usedFrom: number
}

/** base64 of 32 bytes each; `next`: the one that is about to replace the other. */
export type MasterKeys = { readonly current: string | undefined; readonly next: string | undefined }

/** The keys that wrap, newest first: the first one seals, any of them opens. */
export type Wrapping = readonly [CryptoKey, ...CryptoKey[]]

export async function wrappingKeys({ current, next }: MasterKeys): Promise<Wrapping> {
  const replaced = await wrappingKey('LATCHKEY_MASTER_KEY', current)
  return next === undefined ? [replaced] : [await wrappingKey('LATCHKEY_MASTER_KEY_NEXT', next), replaced]
}

export async function readRing(db: D1Database, wrapping: Wrapping): Promise<RingKey[]> {
  const rows = await drizzle(db).select().from(keyring).orderBy(keyring.version)
  return Promise.all(
    rows.map(async ({ version, purpose, sealed, usedFrom }) => ({
      version,
      purpose: purpose as Purpose,
      material: await opened(wrapping, nameOf(version, purpose), sealed),
      usedFrom,
    })),
  )
}

/** New random keys of a version, as rows; its agents' tokens are signed by that algorithm. */
export async function newKeys(
  wrapping: Wrapping,
  version: number,
  purposes: readonly Purpose[],
  at: { readonly createdAt: number; readonly usedFrom: number },
  algorithm: TokenAlgorithm = DEFAULT_TOKEN_ALGORITHM,
): Promise<(typeof keyring.$inferInsert)[]> {
  return Promise.all(
    purposes.map(async (purpose) => ({
      version,
      purpose,
      sealed: await seal(wrapping[0], nameOf(version, purpose), await newMaterial(purpose, algorithm)),
      ...at,
    })),
  )
}

/** The same key, sealed under the newest master key; null: it is already. */
export async function rewrapped(
  wrapping: Wrapping,
  { version, purpose, sealed }: Pick<typeof keyring.$inferSelect, 'version' | 'purpose' | 'sealed'>,
): Promise<string | null> {
  const name = nameOf(version, purpose)
  if (await unseal(wrapping[0], name, sealed)) return null
  return seal(wrapping[0], name, await opened(wrapping, name, sealed))
}

/** 32 random bytes for a MAC or a cipher; a private JWK (RFC 7517, 8037) for signing. */
async function newMaterial(purpose: Purpose, algorithm: TokenAlgorithm): Promise<Uint8Array> {
  switch (purpose) {
    case 'tag':
    case 'hash':
    case 'seal':
      return crypto.getRandomValues(new Uint8Array(32))
    case 'agent_token':
      return newSigningKey(algorithm)
    case 'api_token':
    case 'head':
      // Only this deployment verifies the one, and only our own command the other.
      return newSigningKey(DEFAULT_TOKEN_ALGORITHM)
  }
}

async function wrappingKey(setting: string, masterKey: string | undefined): Promise<CryptoKey> {
  const bytes = masterKey ? fromBase64(masterKey) : null
  if (bytes?.length !== MASTER_BYTES) {
    throw new NotReady(`${setting} must be the base64 of ${MASTER_BYTES} bytes`)
  }
  const master = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8('latchkey keyring') }
  const usages = ['encrypt', 'decrypt']
  return crypto.subtle.deriveKey(derivation, master, { name: 'AES-GCM', length: 256 }, false, usages)
}

async function opened(wrapping: Wrapping, name: string, sealed: string): Promise<Uint8Array<ArrayBuffer>> {
  for (const key of wrapping) {
    const material = await unseal(key, name, sealed)
    if (material) return material
  }
  throw new NotReady('LATCHKEY_MASTER_KEY does not open the keyring')
}

function nameOf(version: number, purpose: string): string {
  return `keyring/${version}/${purpose}`
}
