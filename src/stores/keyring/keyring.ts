/**
 * The keyring, loaded once an isolate. The master key only wraps: D1 holds random, versioned keys, each sealed with
 * AES-256-GCM under a key derived from the master (HKDF-SHA-256), its version and purpose as additional data.
 */
import { drizzle } from 'drizzle-orm/d1'
import { exportJWK, generateKeyPair } from 'jose'
import { utf8 } from '../../core/encoding.ts'
import type { Keyring } from '../../core/keyring.ts'
import { NotReady } from '../../core/not-ready.ts'
import { keyring } from '../d1/schema.ts'
import { agentTokens } from './agent-tokens.ts'
import { apiTokens } from './api-tokens.ts'
import { seal, unseal } from './sealed-box.ts'
import { importSigningKey, type SigningKey } from './signed-tokens.ts'

const MASTER_BYTES = 32
const FIRST_VERSION = 1
const PURPOSES = ['tag', 'hash', 'seal', 'agent_token', 'api_token'] as const

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

/** Opens the ring, and makes what its current version lacks: all of the first one, or a purpose that is newer than it. */
export async function loadKeyring(settings: KeyringSettings): Promise<Keyring> {
  const { db, now } = settings
  const wrapping = await wrappingKey(settings.masterKey)
  let keys = await openRing(db, wrapping)
  const version = currentOf(keys)
  const missing = PURPOSES.filter(
    (purpose) => !keys.some((key) => key.version === version && key.purpose === purpose),
  )
  if (missing.length > 0) {
    await makeKeys(db, wrapping, version, missing, now())
    // Read back: another isolate may have been first.
    keys = await openRing(db, wrapping)
  }
  return buildKeyring(keys, settings.issuer)
}

function currentOf(keys: readonly RingKey[]): number {
  return Math.max(FIRST_VERSION, ...keys.map((key) => key.version))
}

async function buildKeyring(keys: readonly RingKey[], issuer: string): Promise<Keyring> {
  const current = currentOf(keys)
  const macKeys = new Map<string, CryptoKey>()
  const sealKeys = new Map<number, CryptoKey>()
  const agentKeys: SigningKey[] = []
  const apiKeys: SigningKey[] = []
  for (const { version, purpose, material } of keys) {
    switch (purpose) {
      case 'tag':
      case 'hash':
        macKeys.set(`${purpose} ${version}`, await importMacKey(material))
        break
      case 'seal':
        sealKeys.set(version, await importSealKey(material))
        break
      case 'agent_token':
        agentKeys.push(await importSigningKey('agent', version, material))
        break
      case 'api_token':
        apiKeys.push(await importSigningKey('api', version, material))
        break
    }
  }
  return {
    current,
    async mac(purpose, version, message) {
      const key = macKeys.get(`${purpose} ${version}`)
      return key ? new Uint8Array(await crypto.subtle.sign('HMAC', key, message)) : null
    },
    async seal(context, plaintext) {
      const key = sealKeys.get(current)
      if (!key) throw new Error('the current ring version has no key to seal with')
      return `${current}.${await seal(key, context, plaintext)}`
    },
    async open(context, sealed) {
      const [, version, box] = /^([1-9][0-9]*)\.(.*)$/s.exec(sealed) ?? []
      const key = sealKeys.get(Number(version))
      return key && box !== undefined ? unseal(key, context, box) : null
    },
    ...agentTokens(agentKeys, current, issuer),
    ...apiTokens(apiKeys, current, issuer),
  }
}

async function openRing(db: D1Database, wrapping: CryptoKey): Promise<RingKey[]> {
  const rows = await drizzle(db).select().from(keyring).orderBy(keyring.version)
  return Promise.all(
    rows.map(async ({ version, purpose, sealed }) => ({
      version,
      purpose: purpose as Purpose,
      material: await opened(wrapping, nameOf(version, purpose), sealed),
    })),
  )
}

async function makeKeys(
  db: D1Database,
  wrapping: CryptoKey,
  version: number,
  purposes: readonly Purpose[],
  createdAt: number,
): Promise<void> {
  const rows = await Promise.all(
    purposes.map(async (purpose) => ({
      version,
      purpose,
      sealed: await seal(wrapping, nameOf(version, purpose), await newMaterial(purpose)),
      createdAt,
    })),
  )
  await drizzle(db).insert(keyring).values(rows).onConflictDoNothing()
}

/** 32 random bytes for a MAC or a cipher; a private JWK (RFC 8037) for signing. */
async function newMaterial(purpose: Purpose): Promise<Uint8Array> {
  const isForSigning = purpose === 'agent_token' || purpose === 'api_token'
  if (!isForSigning) return crypto.getRandomValues(new Uint8Array(32))
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

async function opened(key: CryptoKey, name: string, sealed: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await unseal(key, name, sealed)
  if (!material) throw new NotReady('LATCHKEY_MASTER_KEY does not open the keyring')
  return material
}

function importSealKey(material: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', material, 'AES-GCM', false, ['encrypt', 'decrypt'])
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
