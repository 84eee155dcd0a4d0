import { ACCESS_TOKEN_LIFETIME_SECONDS } from '../../core/enrollment/agents/token.ts'
import type { Dialect } from '../../core/kernel/cause.ts'
import type { Keyring, VerifiedAgentToken } from '../../core/kernel/keyring.ts'
import { type SigningKey, signedTokens } from './signed-tokens.ts'

/** RFC 9068, section 2.1. */
const TYPE = 'at+jwt'
const AUDIENCE = 'latchkey-agent'
/** How profiles and keys are called outside. */
const PROFILE_PREFIX = 'prf_'
const KEY_PREFIX = 'key_'

/**
 * Agents' access tokens (RFC 9068), with an audience and keys of their own, so that no other token passes for one. An agent is
 * its own client. Claims have the names and forms that introspection and the native API give them.
 */
export function agentTokens(
  keys: readonly SigningKey[],
  current: number,
  issuer: string,
): Pick<Keyring, 'signAgentToken' | 'verifyAgentToken' | 'agentKeySet'> {
  const tokens = signedTokens<VerifiedAgentToken>(keys, current, {
    type: TYPE,
    audience: AUDIENCE,
    issuer,
    maxLifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
    read: (payload) => ({
      id: String(payload.sub),
      tokenId: String(payload.jti),
      organization: Number(payload.organization_id),
      dialect: String(payload.dialect) as Dialect,
      profile: String(payload.profile_id).slice(PROFILE_PREFIX.length),
      key: String(payload.key_id).slice(KEY_PREFIX.length),
      issuer,
      audience: AUDIENCE,
      issuedAtSeconds: Number(payload.iat),
      expiresAtSeconds: Number(payload.exp),
    }),
  })
  return {
    signAgentToken({ id, organization, dialect, profile, key }, issuedAt) {
      const claims = {
        jti: crypto.randomUUID(),
        client_id: id,
        organization_id: organization,
        profile_id: PROFILE_PREFIX + profile,
        key_id: KEY_PREFIX + key,
        dialect,
      }
      return tokens.sign(id, claims, issuedAt, ACCESS_TOKEN_LIFETIME_SECONDS)
    },
    verifyAgentToken: tokens.verify,
    agentKeySet: tokens.keySet,
  }
}
