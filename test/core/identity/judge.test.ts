/** What the ledger makes of an identity, whatever the isolate that verified it knew. */
import { expect, test } from 'vitest'
import type { IdentityRule } from '../../../src/core/enrollment/identity/rule.ts'
import {
  judgeIdentity,
  rulesText,
  type ShownIdentity,
} from '../../../src/core/enrollment/ledger/rules/identity.ts'

const NOW = 1_800_000_000_000
const RULE: IdentityRule = {
  issuer: 'https://issuer.example',
  audience: null,
  keySource: { kind: 'discovered', jwksUri: 'https://issuer.example/keys' },
  claims: [{ pointer: '/sub', equals: 'web' }],
  agentPer: ['/job'],
  maxAgeSeconds: 600,
}
const RULES = [RULE]
const VERIFIED = {
  kind: 'verified',
  against: rulesText(RULES),
  rule: 0,
  issuedAtSeconds: NOW / 1_000,
  values: { '/sub': 'web', '/job': '7' },
  bindingHash: 'b',
} as const satisfies ShownIdentity
const judge = (shown: ShownIdentity | undefined, rules: readonly IdentityRule[] = RULES) =>
  judgeIdentity(rules, shown, NOW)
const refused = (reason: string) => ({ kind: 'refused', reason })

test('an identity that meets the rule passes, and none is needed where there is no rule', () => {
  expect(judge(VERIFIED)).toEqual({ kind: 'passed' })
  expect(judge(undefined, [])).toEqual({ kind: 'passed' })
  expect(judge({ kind: 'unverified' }, [])).toEqual({ kind: 'passed' })
})

test('what was verified by other rules than the key has now is verified again', () => {
  const other = [{ ...RULE, keySource: { kind: 'uploaded', keys: [] } }] as const
  expect(judge(VERIFIED, other)).toEqual({ kind: 'needed', rules: other })
  expect(judge({ ...VERIFIED, kind: 'refused', reason: 'identity_invalid', why: 'issuer' }, other)).toEqual({
    kind: 'needed',
    rules: other,
  })
  // Its claim would be that of the identity.
  expect(judge(VERIFIED, [])).toEqual({ kind: 'needed', rules: [] })
  expect(judge({ kind: 'unverified' })).toEqual({ kind: 'needed', rules: RULES })
})

test('claims and age are compared again', () => {
  expect(judge(undefined)).toEqual(refused('identity_missing'))
  expect(judge({ ...VERIFIED, values: { '/sub': 'db', '/job': '7' } })).toEqual(
    refused('identity_not_allowed'),
  )
  expect(judge({ ...VERIFIED, values: { '/sub': 'web' } })).toEqual(refused('identity_not_allowed'))
  expect(judge({ ...VERIFIED, rule: 1 })).toEqual(refused('identity_not_allowed'))
  const issuedAtSeconds = NOW / 1_000 - 661
  expect(judge({ ...VERIFIED, issuedAtSeconds })).toEqual(refused('identity_invalid'))
})
