import { MAX_TOKEN_LIFETIME_SECONDS } from '../../core/access/api-clients/manage.ts'
import type { Keyring, VerifiedApiToken } from '../../core/kernel/keyring.ts'
import { type SigningKey, signedTokens } from './signed-tokens.ts'

const TYPE = 'latchkey-api+jwt'
const AUDIENCE = 'latchkey-api'

/** Tokens of the management APIs: only this deployment verifies them, so their keys are in no key set. */
export function apiTokens(
  keys: readonly SigningKey[],
  current: number,
  issuer: string,
): Pick<Keyring, 'signApiToken' | 'verifyApiToken'> {
  const tokens = signedTokens<VerifiedApiToken>(keys, current, {
    type: TYPE,
    audience: AUDIENCE,
    issuer,
    maxLifetimeSeconds: MAX_TOKEN_LIFETIME_SECONDS,
    read: (payload) => ({
      id: String(payload.jti),
      subject: String(payload.sub),
      organization: Number(payload.org),
      dialect: String(payload.dialect),
      issuedAtSeconds: Number(payload.iat),
      expiresAtSeconds: Number(payload.exp),
    }),
  })
  return {
    signApiToken({ id, subject, organization, dialect }, issuedAt, lifetimeSeconds) {
      return tokens.sign(subject, { jti: id, org: organization, dialect }, issuedAt, lifetimeSeconds)
    },
    verifyApiToken: tokens.verify,
  }
}
