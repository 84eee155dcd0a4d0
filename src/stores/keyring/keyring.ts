/**
 * The keyring, loaded once an isolate. The master key only wraps: D1 holds random, versioned keys, each sealed with
 * AES-256-GCM under a key derived from the master (HKDF-SHA-256), its version and purpose as additional data.
 */
import { drizzle } from 'drizzle-orm/d1'
import { exportJWK, generateKeyPair } from 'jose'
import { concat, fromBase64Url, toBase64Url, utf8 } from '../../core/encoding.ts'
import type { Keyring } from '../../core/keyring.ts'
import { NotReady } from '../../core/not-ready.ts'
import { keyring } from '../d1/schema.ts'
import { type AgentKey, agentTokens, importAgentKey } from './agent-tokens.ts'

const MASTER_BYTES = 32
const IV_BYTES = 12
const FIRST_VERSION = 1
const PURPOSES = ['tag', 'hash', 'agent_token'] as const

type Purpose = (typeof PURPOSES)[number]
type RingKey = {
  readonly version: number
  readonly purpose: Purpose
  readonly material: Uint8Array<ArrayBuffer>
}

export type KeyringSettings = {
  readonly db: D1Database
  /** base64 of 32 bytes. */
  readonly masterKey: string | undefined
  /** The `iss` of agent tokens. */
  readonly issuer: string
  readonly now: () => number
}

/** Opens the ring, and makes its first version when there is none. */
export async function loadKeyring(settings: KeyringSettings): Promise<Keyring> {
  const wrapping = await wrappingKey(settings.masterKey)
  let keys = await openRing(settings.db, wrapping)
  if (keys.length === 0) {
    await makeFirstVersion(settings.db, wrapping, settings.now())
    // Read back: another isolate may have been first.
    keys = await openRing(settings.db, wrapping)
  }
  return buildKeyring(keys, settings.issuer)
}

async function buildKeyring(keys: readonly RingKey[], issuer: string): Promise<Keyring> {
  const current = Math.max(...keys.map((key) => key.version))
  const macKeys = new Map<string, CryptoKey>()
  const agentKeys: AgentKey[] = []
  for (const { version, purpose, material } of keys) {
    if (purpose === 'agent_token') agentKeys.push(await importAgentKey(version, material))
    else macKeys.set(`${purpose} ${version}`, await importMacKey(material))
  }
  return {
    current,
    async mac(purpose, version, message) {
      const key = macKeys.get(`${purpose} ${version}`)
      return key ? new Uint8Array(await crypto.subtle.sign('HMAC', key, message)) : null
    },
    ...agentTokens(agentKeys, current, issuer),
  }
}

async function openRing(db: D1Database, wrapping: CryptoKey): Promise<RingKey[]> {
  const rows = await drizzle(db).select().from(keyring).orderBy(keyring.version)
  return Promise.all(
    rows.map(async ({ version, purpose, sealed }) => ({
      version,
      purpose: purpose as Purpose,
      material: await unseal(wrapping, nameOf(version, purpose), sealed),
    })),
  )
}

async function makeFirstVersion(db: D1Database, wrapping: CryptoKey, now: number): Promise<void> {
  const rows = await Promise.all(
    PURPOSES.map(async (purpose) => ({
      version: FIRST_VERSION,
      purpose,
      sealed: await seal(wrapping, nameOf(FIRST_VERSION, purpose), await newMaterial(purpose)),
      createdAt: now,
    })),
  )
  await drizzle(db).insert(keyring).values(rows).onConflictDoNothing()
}

/** 32 random bytes for a MAC; a private JWK (RFC 8037) for signing. */
async function newMaterial(purpose: Purpose): Promise<Uint8Array> {
  if (purpose !== 'agent_token') return crypto.getRandomValues(new Uint8Array(32))
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return utf8(JSON.stringify(await exportJWK(privateKey)))
}

async function wrappingKey(masterKey: string | undefined): Promise<CryptoKey> {
  const bytes = masterKey ? fromBase64(masterKey) : null
  if (bytes?.length !== MASTER_BYTES) {
    throw new NotReady(`LATCHKEY_MASTER_KEY must be the base64 of ${MASTER_BYTES} bytes`)
  }
  const master = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8('latchkey keyring') }
  const usages = ['encrypt', 'decrypt']
  return crypto.subtle.deriveKey(derivation, master, { name: 'AES-GCM', length: 256 }, false, usages)
}

async function seal(key: CryptoKey, name: string, material: Uint8Array): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(name) }, key, material)
  return toBase64Url(concat(iv, new Uint8Array(box)))
}

async function unseal(key: CryptoKey, name: string, sealed: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = fromBase64Url(sealed) ?? new Uint8Array()
  const iv = bytes.subarray(0, IV_BYTES)
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(name) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)))
  } catch {
    throw new NotReady('LATCHKEY_MASTER_KEY does not open the keyring')
  }
}

function importMacKey(material: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', material, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

function nameOf(version: number, purpose: string): string {
  return `keyring/${version}/${purpose}`
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  } catch {
    return null
  }
}
