import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { openClient } from './client.ts'
import { errorOfCall, LatchkeyError, unreachable } from './error.ts'

/** What an access token says of its agent (RFC 9068). */
export type AgentClaims = JWTPayload & {
  /** The agent's id. */
  readonly sub: string
  readonly organization_id: number
  readonly profile_id: string
  readonly key_id: string
  /** `native`, `illumio`, `zpa`. */
  readonly dialect: string
}

type Keys = ReturnType<typeof createRemoteJWKSet>

export type VerifyOptions = {
  /** The server's public address, which its tokens name. Take it from your settings, never from the token. */
  readonly issuer: string
  /** Absent: as the issuer's metadata says (RFC 8414). */
  readonly jwksUri?: string
}

const AUDIENCE = 'latchkey-agent'
const TYPE = 'at+jwt'
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256']
const KEYS_LAST_MS = 300_000

const keySets = new Map<string, Promise<Keys>>()

/**
 * Checks an agent's access token with the issuer's public keys: signature, issuer, audience, type, expiry. The keys are
 * fetched once in five minutes; otherwise nothing is asked. An agent that was revoked is seen at the end of its token's life.
 * @throws LatchkeyError `token_invalid`; `unreachable` or `unexpected` when the keys cannot be had
 */
export async function verify(token: string, { issuer, jwksUri }: VerifyOptions): Promise<AgentClaims> {
  const keys = await keysOf(issuer, jwksUri)
  try {
    const { payload } = await jwtVerify<AgentClaims>(token, keys, {
      issuer,
      audience: AUDIENCE,
      typ: TYPE,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub', 'organization_id'],
    })
    return payload as AgentClaims
  } catch (error) {
    const isOfToken = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
    if (!isOfToken || error.code === 'ERR_JOSE_GENERIC') throw unreachable(jwksUri ?? issuer, error)
    throw new LatchkeyError('token_invalid', `the token is not good: ${error.message}`, { cause: error })
  }
}

function keysOf(issuer: string, jwksUri: string | undefined): Promise<Keys> {
  const name = `${issuer} ${jwksUri ?? ''}`
  const known = keySets.get(name)
  if (known) return known
  const found = findKeys(issuer, jwksUri)
  keySets.set(name, found)
  // A server that is away now may be there at the next call.
  found.catch(() => keySets.delete(name))
  return found
}

async function findKeys(issuer: string, jwksUri: string | undefined): Promise<Keys> {
  return createRemoteJWKSet(new URL(jwksUri ?? (await jwksUriOf(issuer))), { cacheMaxAge: KEYS_LAST_MS })
}

async function jwksUriOf(issuer: string): Promise<string> {
  const { data, error, response } = await openClient(issuer).GET('/.well-known/oauth-authorization-server')
  if (data === undefined) throw errorOfCall(issuer, { error, response })
  // RFC 8414, section 3.3.
  if (data.issuer !== issuer) {
    throw new LatchkeyError(
      'unexpected',
      `${issuer} says that its tokens name ${data.issuer} as their issuer`,
    )
  }
  return data.jwks_uri
}
