import { ACCESS_TOKEN_LIFETIME_SECONDS } from '../../core/enrollment/agents/token.ts'
import type { Dialect } from '../../core/kernel/cause.ts'
import type { Keyring, VerifiedAgentToken } from '../../core/kernel/keyring.ts'
import { type SigningKey, signedTokens } from './signed-tokens.ts'

const TYPE = 'latchkey-agent+jwt'
const AUDIENCE = 'latchkey-agent'

/** Agent tokens have a type and an audience of their own, so that no other token passes for one. */
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
      organization: Number(payload.org),
      dialect: String(payload.dialect) as Dialect,
      profile: String(payload.profile),
      key: String(payload.key),
      issuer,
      audience: AUDIENCE,
      issuedAtSeconds: Number(payload.iat),
      expiresAtSeconds: Number(payload.exp),
    }),
  })
  return {
    signAgentToken({ id, organization, dialect, profile, key }, issuedAt) {
      const claims = { org: organization, dialect, profile, key }
      return tokens.sign(id, claims, issuedAt, ACCESS_TOKEN_LIFETIME_SECONDS)
    },
    verifyAgentToken: tokens.verify,
    agentKeySet: tokens.keySet,
  }
}
