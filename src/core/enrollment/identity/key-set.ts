/**
 * The public keys of one issuer (RFC 7517): fetched when they are asked for, once for all that ask at a time, renewed in the
 * background, and good for a day while the issuer is away.
 */
import { fromBase64Url } from '../../kernel/encoding.ts'

export type PublicJwk = {
  readonly kid: string
} & (
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
)

export const TOKEN_SIGNATURES = ['RS256', 'ES256'] as const
export type TokenSignature = (typeof TOKEN_SIGNATURES)[number]

/** By which a key signs: its own kind says it, so that no token can choose (RFC 8725, section 3.1). */
export function signatureOf(key: PublicJwk): TokenSignature {
  return key.kty === 'RSA' ? 'RS256' : 'ES256'
}

export const MAX_KEYS_OF_ISSUER = 32
const REFRESH_AFTER_MILLISECONDS = 10 * 60_000
/** An unknown key id makes a set be fetched again no more often. */
const UNKNOWN_KEY_MILLISECONDS = 60_000
const LAST_GOOD_MILLISECONDS = 24 * 3_600_000
/** After a failure, where nothing is there to go on with. */
const RETRY_MILLISECONDS = 5_000
const MIN_RSA_BITS = 2_048
const MAX_RSA_BITS = 4_096
const P256_BYTES = 32

/** Those of a set that may sign tokens; null: it is no set, has none, or too many. */
export function readKeySet(json: unknown): readonly PublicJwk[] | null {
  const list = typeof json === 'object' && json !== null && 'keys' in json ? json.keys : null
  if (!Array.isArray(list) || list.length > MAX_KEYS_OF_ISSUER) return null
  const keys = list.flatMap((one) => readKey(one) ?? [])
  const names = new Set(keys.map(({ kid }) => kid))
  return keys.length > 0 && names.size === keys.length ? keys : null
}

function readKey(json: unknown): PublicJwk | null {
  if (typeof json !== 'object' || json === null) return null
  const { kid, kty, use, alg, n, e, crv, x, y } = json as Readonly<Record<string, unknown>>
  if (typeof kid !== 'string' || kid === '' || kid.length > 256) return null
  if (use !== undefined && use !== 'sig') return null
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    if (alg !== undefined && alg !== 'RS256') return null
    return isModulus(n) && isExponent(e) ? { kid, kty, n, e } : null
  }
  if (kty === 'EC' && crv === 'P-256' && typeof x === 'string' && typeof y === 'string') {
    if (alg !== undefined && alg !== 'ES256') return null
    const isPoint = [x, y].every((one) => fromBase64Url(one)?.length === P256_BYTES)
    return isPoint ? { kid, kty, crv, x, y } : null
  }
  return null
}

function isModulus(text: string): boolean {
  const bytes = fromBase64Url(text)
  if (!bytes || bytes[0] === undefined || bytes[0] === 0) return false
  const bits = (bytes.length - 1) * 8 + (32 - Math.clz32(bytes[0]))
  return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
}

function isExponent(text: string): boolean {
  const bytes = fromBase64Url(text)
  if (!bytes || bytes.length === 0 || bytes.length > 4) return false
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return value >= 3 && value % 2 === 1
}

export type KeptKeySet = {
  readonly keys: readonly PublicJwk[]
  /** Unix milliseconds. */
  readonly fetchedAt: number
}

export type FoundKeys =
  /** As of `fetchedAt`; whether the key that was asked for is among them. */
  | ({ readonly kind: 'found'; readonly isKnown: boolean } & KeptKeySet)
  /** The issuer does not answer, and what it said last is too old or lacks the key. */
  | { readonly kind: 'unavailable' }

export type KeySetWorld = {
  readonly now: () => number
  /** null: no answer, or no set. */
  readonly fetch: () => Promise<readonly PublicJwk[] | null>
  /** What was kept last; null: nothing. */
  readonly load: () => KeptKeySet | null
  readonly save: (set: KeptKeySet) => void
  readonly background: (work: Promise<unknown>) => void
}

/** Of one issuer. */
export class KeySetKeeper {
  readonly #world: KeySetWorld
  #kept: KeptKeySet | null
  #attempt: { readonly at: number; readonly isGood: boolean } | null = null
  #fetching: Promise<void> | null = null

  constructor(world: KeySetWorld) {
    this.#world = world
    this.#kept = world.load()
  }

  async find(kid: string): Promise<FoundKeys> {
    const known = this.#find(kid)
    if (known?.isKnown) {
      if (
        this.#isDue(known.fetchedAt, REFRESH_AFTER_MILLISECONDS) &&
        this.#isRested(UNKNOWN_KEY_MILLISECONDS)
      ) {
        this.#world.background(this.#fetch())
      }
      return known
    }
    if (this.#fetching || this.#isRested(known ? UNKNOWN_KEY_MILLISECONDS : RETRY_MILLISECONDS))
      await this.#fetch()
    const found = this.#find(kid)
    if (!found || (!found.isKnown && this.#attempt?.isGood === false)) return { kind: 'unavailable' }
    return found
  }

  #find(kid: string): (FoundKeys & { readonly kind: 'found' }) | null {
    const kept = this.#kept
    if (!kept || this.#isDue(kept.fetchedAt, LAST_GOOD_MILLISECONDS)) return null
    return { kind: 'found', isKnown: kept.keys.some((key) => key.kid === kid), ...kept }
  }

  #isDue(since: number, milliseconds: number): boolean {
    return this.#world.now() - since >= milliseconds
  }

  /** A set that was just fetched, or tried for, is not asked for again. */
  #isRested(milliseconds: number): boolean {
    const last = this.#attempt?.at ?? this.#kept?.fetchedAt
    return last === undefined || this.#isDue(last, milliseconds)
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #fetchOnce(): Promise<void> {
    const at = this.#world.now()
    const keys = await this.#world.fetch()
    this.#attempt = { at, isGood: keys !== null }
    if (keys === null) return
    this.#kept = { keys, fetchedAt: at }
    this.#world.save(this.#kept)
  }
}
