import { resolve } from 'node:path'
import { Refusal } from '../cli/refusal.ts'
import type { D1Kind } from './d1/database.ts'
import type { Egress } from './egress.ts'

export type TlsSetting =
  | { readonly kind: 'off' }
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'files'; readonly certificate: string; readonly key: string }

export type Settings = {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  readonly data: string
  readonly tls: TlsSetting
  /** An origin without a trailing slash; null = the address it serves on. */
  readonly publicUrl: string | null
  /** 32 bytes; null = LATCHKEY_DATA/master.key. */
  readonly masterKey: Buffer | null
  /** The one that is about to replace it; null = none is, or LATCHKEY_DATA/master.key.next. */
  readonly nextMasterKey: Buffer | null
  readonly clientAddress: string
  readonly rateLimits: 'on' | 'off'
  /** How many requests that may take long are worked at at once; the others wait. */
  readonly parallelRequests: number
  /** Whether outbound requests may also reach private addresses. */
  readonly egress: Egress
  readonly d1: D1Kind
  /** What the devices' MQTT broker says; null = there are no routes for one. */
  readonly brokerToken: string | null
  /** What a scraper of /metrics says; null = there are none. */
  readonly metricsToken: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads every setting before anything is touched; the first bad one is a Refusal with exit code 2. */
export function readSettings(env: Environment): Settings {
  return {
    host: read(env, 'HOST') ?? '127.0.0.1',
    port: readPort(env),
    data: readDataFolder(env),
    tls: readTls(env),
    publicUrl: readPublicUrl(env),
    masterKey: readMasterKey(env),
    nextMasterKey: readMasterKey(env, 'LATCHKEY_MASTER_KEY_NEXT'),
    clientAddress: readClientAddress(env),
    rateLimits: readRateLimits(env),
    parallelRequests: readParallelRequests(env),
    egress: readEgress(env),
    d1: readD1(env),
    brokerToken: readSharedToken(env, 'LATCHKEY_BROKER_TOKEN'),
    metricsToken: readSharedToken(env, 'LATCHKEY_METRICS_TOKEN'),
  }
}

export function readDataFolder(env: Environment): string {
  return resolve(read(env, 'LATCHKEY_DATA') ?? '.latchkey')
}

export function readMasterKey(env: Environment, name = 'LATCHKEY_MASTER_KEY'): Buffer | null {
  const text = read(env, name)
  return text === null ? null : parseMasterKey(text, name)
}

/** `source` is named in the error; the value never is. */
export function parseMasterKey(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  // Buffer.from skips what is not base64, so only the way back shows that all of it was.
  if (key.length !== 32 || key.toString('base64') !== text.trim()) {
    throw new Refusal(`${source} must be 32 bytes in base64 (openssl rand -base64 32)`, 2)
  }
  return key
}

function readPublicUrl(env: Environment): string | null {
  const text = read(env, 'LATCHKEY_PUBLIC_URL')
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  const isOrigin = url !== null && (text === url.origin || text === `${url.origin}/`)
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    throw new Refusal(`LATCHKEY_PUBLIC_URL must be an origin such as https://keys.example, not "${text}"`, 2)
  }
  return url.origin
}

function readPort(env: Environment): number {
  const text = read(env, 'PORT')
  if (text === null) return 8787
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new Refusal(`PORT must be a number from 0 to 65535, not "${text}"`, 2)
  return port
}

function readTls(env: Environment): TlsSetting {
  const text = read(env, 'LATCHKEY_TLS')
  if (text === null) return { kind: 'off' }
  if (text === 'self-signed') return { kind: 'self-signed' }
  const [certificate, key, ...rest] = text.split(',').map((path) => path.trim())
  if (!certificate || !key || rest.length > 0) {
    throw new Refusal(`LATCHKEY_TLS must be "self-signed" or "CERTIFICATE,KEY" (two paths), not "${text}"`, 2)
  }
  return { kind: 'files', certificate: resolve(certificate), key: resolve(key) }
}

function readClientAddress(env: Environment): string {
  const text = read(env, 'LATCHKEY_CLIENT_ADDRESS') ?? 'none'
  if (!/^(none|cloudflare|header:[\w-]+)$/.test(text)) {
    throw new Refusal(`LATCHKEY_CLIENT_ADDRESS must be none, cloudflare or header:NAME, not "${text}"`, 2)
  }
  return text
}

function readRateLimits(env: Environment): 'on' | 'off' {
  const text = read(env, 'LATCHKEY_RATE_LIMITS') ?? 'on'
  if (text !== 'on' && text !== 'off') {
    throw new Refusal(`LATCHKEY_RATE_LIMITS must be on or off, not "${text}"`, 2)
  }
  return text
}

function readParallelRequests(env: Environment): number {
  const text = read(env, 'LATCHKEY_PARALLEL_REQUESTS') ?? '4'
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new Refusal(`LATCHKEY_PARALLEL_REQUESTS must be a number from 1 to 9999, not "${text}"`, 2)
  }
  return Number(text)
}

function readEgress(env: Environment): Egress {
  const text = read(env, 'LATCHKEY_EGRESS') ?? 'public'
  if (text !== 'public' && text !== 'private') {
    throw new Refusal(`LATCHKEY_EGRESS must be public or private, not "${text}"`, 2)
  }
  return text
}

export function readD1(env: Environment): D1Kind {
  const text = read(env, 'LATCHKEY_D1') ?? 'object'
  if (text !== 'object' && text !== 'miniflare') {
    throw new Refusal(`LATCHKEY_D1 must be object or miniflare, not "${text}"`, 2)
  }
  return text
}

function readSharedToken(env: Environment, name: string): string | null {
  const token = read(env, name)
  if (token !== null && !/^[\w.~+/=-]{32,255}$/.test(token)) {
    throw new Refusal(`${name} must have at least 32 of A-Z a-z 0-9 . _ ~ + / = -`, 2)
  }
  return token
}

// A variable that is set to nothing is one that is not set: that is how unit files and CI switch one off.
function read(env: Environment, name: string): string | null {
  return env[name]?.trim() || null
}
