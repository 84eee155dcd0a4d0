import { importJWK, type CryptoKey as JoseKey, type JWK, jwtVerify, SignJWT } from 'jose'
import { ACCESS_TOKEN_LIFETIME_SECONDS, type AgentClaims } from '../../core/agents/token.ts'
import type { Keyring, VerifiedAgentToken } from '../../core/keyring.ts'
import type { Dialect } from '../../core/ledger/records.ts'

/** Agent tokens have a type and an audience of their own, so that no other token passes for one (RFC 8725 §3.11). */
const TYPE = 'latchkey-agent+jwt'
const AUDIENCE = 'latchkey-agent'
const ALGORITHM = 'EdDSA'

/**
 * An agent shows the same token for ten minutes, and a good signature stays good: checking it is most of what a call with
 * a token costs. What is remembered is the whole token, so a tampered one is never found.
 */
const MAX_REMEMBERED = 5_000

export type AgentKey = {
  readonly id: string
  readonly version: number
  readonly privateKey: JoseKey
  readonly publicKey: JoseKey
  readonly publicJwk: JWK
}

export async function importAgentKey(version: number, material: Uint8Array): Promise<AgentKey> {
  const jwk = JSON.parse(new TextDecoder().decode(material)) as JWK
  const { d: _, ...rest } = jwk
  const id = `agent-${version}`
  const publicJwk: JWK = { ...rest, kid: id, alg: ALGORITHM, use: 'sig' }
  return {
    id,
    version,
    privateKey: (await importJWK(jwk, ALGORITHM)) as JoseKey,
    publicKey: (await importJWK(publicJwk, ALGORITHM)) as JoseKey,
    publicJwk,
  }
}

export function agentTokens(
  keys: readonly AgentKey[],
  current: number,
  issuer: string,
): Pick<Keyring, 'signAgentToken' | 'verifyAgentToken' | 'agentKeySet'> {
  const signing = keys.find((key) => key.version === current)
  if (!signing) throw new Error('the ring has no key for agent tokens')
  const byId = new Map(keys.map((key) => [key.id, key]))
  const verified = new Map<string, VerifiedAgentToken>()
  const remember = (token: string, claims: VerifiedAgentToken) => {
    verified.set(token, claims)
    // The oldest is always first, and the first to run out.
    if (verified.size > MAX_REMEMBERED) verified.delete(verified.keys().next().value ?? token)
  }

  return {
    signAgentToken(claims, issuedAt) {
      const { id, organization, dialect, profile, key } = claims
      return new SignJWT({ org: organization, dialect, profile, key })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signing.id })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_LIFETIME_SECONDS)
        .sign(signing.privateKey)
    },

    async verifyAgentToken(token, now) {
      const known = verified.get(token)
      if (known && now < known.expiresAtSeconds) return known
      try {
        const { payload } = await jwtVerify(
          token,
          (header) => {
            const known = byId.get(header.kid ?? '')
            if (!known) throw new Error('unknown key')
            return known.publicKey
          },
          {
            algorithms: [ALGORITHM],
            typ: TYPE,
            audience: AUDIENCE,
            issuer,
            currentDate: new Date(now * 1_000),
            requiredClaims: ['sub', 'iat', 'exp'],
          },
        )
        const claims: AgentClaims = {
          id: String(payload.sub),
          organization: Number(payload.org),
          dialect: String(payload.dialect) as Dialect,
          profile: String(payload.profile),
          key: String(payload.key),
        }
        const result = {
          ...claims,
          issuer,
          audience: AUDIENCE,
          issuedAtSeconds: Number(payload.iat),
          expiresAtSeconds: Number(payload.exp),
        }
        remember(token, result)
        return result
      } catch {
        return null
      }
    },

    agentKeySet: () => ({ keys: keys.map((key) => ({ ...key.publicJwk })) }),
  }
}
