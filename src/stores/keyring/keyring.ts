/** The keyring as it is used: the keys that D1 holds, opened, and what is made and checked with them. */
import { drizzle } from 'drizzle-orm/d1'
import { MAX_RING_AGE_SECONDS } from '../../core/deployment/port.ts'
import type { Keyring } from '../../core/kernel/keyring.ts'
import { keyring } from '../d1/schema/index.ts'
import { agentTokens } from './agent-tokens.ts'
import { apiTokens } from './api-tokens.ts'
import { headSignatures } from './heads.ts'
import {
  type MasterKeys,
  newKeys,
  PURPOSES,
  type RingKey,
  readRing,
  type Wrapping,
  wrappingKeys,
} from './ring-keys.ts'
import { seal, unseal } from './sealed-box.ts'
import { importSigningKey, type SigningKey, versionOfToken } from './signed-tokens.ts'

const FIRST_VERSION = 1

export type KeyringSettings = {
  readonly db: D1Database
  /** base64 of 32 bytes. */
  readonly masterKey: string | undefined
  /** The one that is about to replace it; undefined: none is. */
  readonly nextMasterKey?: string | undefined
  /** The `iss` of agent tokens. */
  readonly issuer: string
  readonly now: () => number
}

/** Where to look for a version that a ring does not have: a ring that has it, or null. */
export type Newer = (version: number) => Promise<Keyring | null>

export async function loadKeyring(settings: KeyringSettings): Promise<Keyring> {
  return buildKeyring(await loadRing(settings), settings, async () => null)
}

/** Opens the ring, and makes what its versions in use lack: all of the first one, or a purpose that is newer than it. */
export async function loadRing({ db, now, ...settings }: KeyringSettings): Promise<readonly RingKey[]> {
  const wrapping = await wrappingKeys(mastersOf(settings))
  const keys = await readRing(db, wrapping)
  const isWhole = await makeMissing(db, wrapping, keys, now())
  // Read back: another isolate may have been first.
  return isWhole ? keys : readRing(db, wrapping)
}

export function mastersOf(settings: Pick<KeyringSettings, 'masterKey' | 'nextMasterKey'>): MasterKeys {
  return { current: settings.masterKey, next: settings.nextMasterKey }
}

/** True: nothing was missing. */
async function makeMissing(
  db: D1Database,
  wrapping: Wrapping,
  keys: readonly RingKey[],
  now: number,
): Promise<boolean> {
  const current = currentOf(keys, now)
  const inUse = new Map([[current, 0], ...keys.map(({ version, usedFrom }) => [version, usedFrom] as const)])
  const made = await Promise.all(
    [...inUse].map(([version, usedFrom]) => {
      const has = new Set(keys.filter((key) => key.version === version).map(({ purpose }) => purpose))
      const missing = version < current ? [] : PURPOSES.filter((purpose) => !has.has(purpose))
      return newKeys(wrapping, version, missing, { createdAt: now, usedFrom })
    }),
  )
  const rows = made.flat()
  if (rows.length === 0) return true
  await drizzle(db).insert(keyring).values(rows).onConflictDoNothing()
  return false
}

/** The newest version whose time has come. */
function currentOf(keys: readonly Pick<RingKey, 'version' | 'usedFrom'>[], now: number): number {
  const due = keys.filter(({ usedFrom }) => usedFrom <= now)
  return Math.max(FIRST_VERSION, ...due.map(({ version }) => version))
}

/** The ring as of now: its current version does not change. */
export async function buildKeyring(
  keys: readonly RingKey[],
  { issuer, now }: Pick<KeyringSettings, 'issuer' | 'now'>,
  newer: Newer,
): Promise<Keyring> {
  const current = currentOf(keys, now())
  const macKeys = new Map<string, CryptoKey>()
  const sealKeys = new Map<number, CryptoKey>()
  const agentKeys: SigningKey[] = []
  const apiKeys: SigningKey[] = []
  const headKeys: SigningKey[] = []
  for (const { version, purpose, material } of keys) {
    const signsUntil = supersededAt(keys, version) / 1_000 + MAX_RING_AGE_SECONDS
    switch (purpose) {
      case 'tag':
      case 'hash':
        macKeys.set(`${purpose} ${version}`, await importMacKey(material))
        break
      case 'seal':
        sealKeys.set(version, await importSealKey(material))
        break
      case 'agent_token':
        agentKeys.push(await importSigningKey('agent', version, material, signsUntil))
        break
      case 'head':
        headKeys.push(await importSigningKey('head', version, material, signsUntil))
        break
      case 'api_token':
        apiKeys.push(await importSigningKey('api', version, material, signsUntil))
        break
    }
  }
  // What a version that is here does not verify, the same version does not verify elsewhere.
  const elsewhere: Newer = async (version) =>
    keys.some((key) => key.version === version) ? null : newer(version)
  const ofAgents = agentTokens(agentKeys, current, issuer)
  const ofApis = apiTokens(apiKeys, current, issuer)
  return {
    ...ofAgents,
    ...ofApis,
    ...headSignatures(headKeys, current),
    current,
    async mac(purpose, version, message) {
      const key = macKeys.get(`${purpose} ${version}`)
      if (key) return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
      return (await elsewhere(version))?.mac(purpose, version, message) ?? null
    },
    async seal(context, plaintext) {
      const key = sealKeys.get(current)
      if (!key) throw new Error('the current ring version has no key to seal with')
      return `${current}.${await seal(key, context, plaintext)}`
    },
    async open(context, sealed) {
      const [, named, box = ''] = /^([1-9][0-9]*)\.(.*)$/s.exec(sealed) ?? []
      const version = Number(named)
      const key = sealKeys.get(version)
      if (key) return unseal(key, context, box)
      return (await elsewhere(version))?.open(context, sealed) ?? null
    },
    async verifyAgentToken(token, nowSeconds) {
      const known = await ofAgents.verifyAgentToken(token, nowSeconds)
      return known ?? (await elsewhere(versionOfToken(token)))?.verifyAgentToken(token, nowSeconds) ?? null
    },
    async verifyApiToken(token, nowSeconds) {
      const known = await ofApis.verifyApiToken(token, nowSeconds)
      return known ?? (await elsewhere(versionOfToken(token)))?.verifyApiToken(token, nowSeconds) ?? null
    },
  }
}

/** When the version after that one came into use; Unix milliseconds. */
function supersededAt(keys: readonly RingKey[], version: number): number {
  const later = keys.filter((key) => key.version > version).map(({ usedFrom }) => usedFrom)
  return Math.min(Number.POSITIVE_INFINITY, ...later)
}

function importSealKey(material: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', material, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function importMacKey(material: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', material, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}
