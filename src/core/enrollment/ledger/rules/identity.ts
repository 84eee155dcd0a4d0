/** Whether an attempt has shown an identity that its key lets in (docs/concepts.md#identity-bound-keys). */
import { type ClaimValues, mismatchOf } from '../../identity/match.ts'
import type { IdentityRule } from '../../identity/rule.ts'
import { isTooOld } from '../../identity/token.ts'

/** What a token came to where it was verified, by the rules that were known there. Absent: none was sent. */
export type ShownIdentity =
  /** The rules were not known. */
  | { readonly kind: 'unverified' }
  | ({
      /** The rules, as rulesText has them. */
      readonly against: string
    } & (
      | {
          readonly kind: 'refused'
          readonly reason: 'identity_invalid' | 'identity_not_allowed'
          /** For the audit: a fault of the token, or the claim that does not hold. */
          readonly why: string
        }
      | {
          readonly kind: 'verified'
          /** The place of the rule that it meets. */
          readonly rule: number
          readonly issuedAtSeconds: number
          readonly values: ClaimValues
          /** The keyed hash of the client's own claim, which goes with the identity from then on. */
          readonly bindingHash: string
        }
    ))

export type IdentityVerdict =
  | { readonly kind: 'passed' }
  /** The caller has to verify the token by these rules first. */
  | { readonly kind: 'needed'; readonly rules: readonly IdentityRule[] }
  | {
      readonly kind: 'refused'
      readonly reason: 'identity_missing' | 'identity_invalid' | 'identity_not_allowed'
    }

const PASSED: IdentityVerdict = { kind: 'passed' }

export function rulesText(rules: readonly IdentityRule[]): string {
  return JSON.stringify(rules)
}

/** @param rules of the key as they are now, whatever the caller knew */
export function judgeIdentity(
  rules: readonly IdentityRule[],
  shown: ShownIdentity | undefined,
  now: number,
): IdentityVerdict {
  if (rules.length === 0) {
    const isUsed = shown !== undefined && shown.kind !== 'unverified'
    return isUsed ? { kind: 'needed', rules } : PASSED
  }
  if (shown === undefined) return { kind: 'refused', reason: 'identity_missing' }
  if (shown.kind === 'unverified' || shown.against !== rulesText(rules)) return { kind: 'needed', rules }
  if (shown.kind === 'refused') return { kind: 'refused', reason: shown.reason }
  const rule = rules[shown.rule]
  if (!rule || mismatchOf(rule, shown.values) !== null) {
    return { kind: 'refused', reason: 'identity_not_allowed' }
  }
  const isOld = isTooOld(shown.issuedAtSeconds, rule.maxAgeSeconds, Math.floor(now / 1_000))
  return isOld ? { kind: 'refused', reason: 'identity_invalid' } : PASSED
}

/** For the audit: who an agent was shown to be. Never the token. */
export function describeIdentity(
  rules: readonly IdentityRule[],
  shown: ShownIdentity | undefined,
): { readonly issuer: string; readonly claims: ClaimValues } | null {
  if (shown?.kind !== 'verified') return null
  const rule = rules[shown.rule]
  return rule ? { issuer: rule.issuer, claims: shown.values } : null
}
