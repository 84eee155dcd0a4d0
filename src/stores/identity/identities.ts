/** Issuers' keys as an isolate has them: what it knows for less than a minute costs no call. */
import { compactVerify, importJWK, type CryptoKey as JoseKey } from 'jose'
import { type FoundKeys, type PublicJwk, signatureOf } from '../../core/enrollment/identity/key-set.ts'
import type { Identities } from '../../core/enrollment/identity/port.ts'
import type { IdentityRule } from '../../core/enrollment/identity/rule.ts'
import { BoundedMap } from '../../core/kernel/bounded-map.ts'

const MAX_HINTS = 10_000
const MAX_ISSUERS = 1_000
const MAX_IMPORTED = 1_000
const FRESH_MILLISECONDS = 60_000

type FindKeys = (jwksUri: string, kid: string) => Promise<FoundKeys>
type KnownSet = { readonly keys: readonly PublicJwk[]; readonly readAt: number }

/** @param find asks the issuer's object */
export function createIdentities(find: FindKeys, now: () => number): Identities {
  const hints = new BoundedMap<string, readonly IdentityRule[]>(MAX_HINTS)
  const sets = new BoundedMap<string, KnownSet>(MAX_ISSUERS)
  const imported = new BoundedMap<string, JoseKey>(MAX_IMPORTED)

  async function keyOf(jwksUri: string, kid: string): Promise<PublicJwk | 'key_unknown' | 'unavailable'> {
    const known = sets.get(jwksUri)
    const own = known && now() - known.readAt < FRESH_MILLISECONDS ? named(known.keys, kid) : undefined
    if (own) return own
    const found = await find(jwksUri, kid)
    if (found.kind === 'unavailable') return 'unavailable'
    sets.set(jwksUri, { keys: found.keys, readAt: now() })
    return named(found.keys, kid) ?? 'key_unknown'
  }

  async function importKey(jwk: PublicJwk): Promise<JoseKey> {
    const text = JSON.stringify(jwk)
    const known = imported.get(text)
    if (known) return known
    const key = (await importJWK({ ...jwk }, signatureOf(jwk))) as JoseKey
    imported.set(text, key)
    return key
  }

  return {
    hint: (ledger, key) => hints.get(`${ledger}.${key}`) ?? null,
    saveHint: (ledger, key, rules) => void hints.set(`${ledger}.${key}`, rules),
    async verify(token, source, { kid, algorithm }) {
      const key =
        source.kind === 'uploaded'
          ? (named(source.keys, kid) ?? 'key_unknown')
          : await keyOf(source.jwksUri, kid)
      if (typeof key === 'string') return key
      // The key's own kind says how it signs; what the token says of itself has to be that.
      if (signatureOf(key) !== algorithm) return 'bad'
      try {
        await compactVerify(token, await importKey(key), { algorithms: [algorithm] })
        return 'good'
      } catch {
        return 'bad'
      }
    },
  }
}

function named(keys: readonly PublicJwk[], kid: string): PublicJwk | undefined {
  return keys.find((key) => key.kid === kid)
}
