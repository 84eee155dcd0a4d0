/** Which of a key's rules an identity token meets. What costs least is asked first; the signature comes last. */

import { type ClaimValues, mismatchOf, valuesOf } from './match.ts'
import type { Identities } from './port.ts'
import type { IdentityRule } from './rule.ts'
import { isTooOld, readToken, type TokenFault } from './token.ts'

export type VerifiedToken =
  | {
      readonly kind: 'verified'
      /** Its place among the rules. */
      readonly rule: number
      readonly issuedAtSeconds: number
      readonly values: ClaimValues
    }
  | { readonly kind: 'invalid'; readonly why: TokenFault }
  /** A genuine token that no rule lets in. @property why the claim of the last rule that does not hold */
  | { readonly kind: 'not_allowed'; readonly why: string }
  /** Its issuer's keys can't be had. */
  | { readonly kind: 'unavailable' }

/** @param ownAudience of rules that name none */
export async function verifyToken(
  identities: Pick<Identities, 'verify'>,
  rules: readonly IdentityRule[],
  token: string,
  ownAudience: string,
  nowSeconds: number,
): Promise<VerifiedToken> {
  const read = readToken(token, nowSeconds)
  if (typeof read === 'string') return { kind: 'invalid', why: read }
  const { issuer, audience, issuedAtSeconds, claims, kid, algorithm } = read
  const ofIssuer = [...rules.entries()].filter(([, rule]) => rule.issuer === issuer)
  if (ofIssuer.length === 0) return { kind: 'invalid', why: 'issuer' }
  const ofAudience = ofIssuer.filter(([, rule]) => (rule.audience ?? ownAudience) === audience)
  if (ofAudience.length === 0) return { kind: 'invalid', why: 'audience' }
  const young = ofAudience.filter(([, rule]) => !isTooOld(issuedAtSeconds, rule.maxAgeSeconds, nowSeconds))
  if (young.length === 0) return { kind: 'invalid', why: 'too_old' }
  let result: VerifiedToken = { kind: 'invalid', why: 'signature' }
  const checked = new Map<string, Awaited<ReturnType<Identities['verify']>>>()
  for (const [place, rule] of young) {
    const source = JSON.stringify(rule.keySource)
    const answer = checked.get(source) ?? (await identities.verify(token, rule.keySource, { kid, algorithm }))
    checked.set(source, answer)
    if (answer !== 'good') {
      result = unverified(answer)
      continue
    }
    const values = valuesOf(rule, claims)
    const why = mismatchOf(rule, values)
    if (why === null) return { kind: 'verified', rule: place, issuedAtSeconds, values }
    result = { kind: 'not_allowed', why }
  }
  return result
}

function unverified(answer: 'bad' | 'key_unknown' | 'unavailable'): VerifiedToken {
  if (answer === 'unavailable') return { kind: 'unavailable' }
  return { kind: 'invalid', why: answer === 'bad' ? 'signature' : answer }
}
