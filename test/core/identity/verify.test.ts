import { beforeAll, expect, test } from 'vitest'
import type { IdentityRule } from '../../../src/core/enrollment/identity/rule.ts'
import { verifyToken } from '../../../src/core/enrollment/identity/verify.ts'
import { createIdentities } from '../../../src/stores/identity/identities.ts'
import {
  macWithPublicKey,
  newTokenKey,
  type TokenKey,
  times,
  withoutSignature,
} from '../../support/identity-tokens.ts'

const NOW = 1_800_000_000
const ISSUER = 'https://issuer.example'
const AUDIENCE = 'https://latchkey.example/keys/1-1'
const RULE: IdentityRule = {
  issuer: ISSUER,
  audience: null,
  keySource: { kind: 'discovered', jwksUri: `${ISSUER}/keys` },
  claims: [{ pointer: '/sub', equals: 'web' }],
  agentPer: ['/job'],
  maxAgeSeconds: 600,
}
const OTHER: IdentityRule = {
  ...RULE,
  issuer: 'https://other.example',
  keySource: { kind: 'discovered', jwksUri: 'https://other.example/keys' },
}

let key: TokenKey
let rsa: TokenKey
let others: TokenKey
let isAway = false

const identities = createIdentities(
  async (jwksUri, kid) => {
    if (isAway) return { kind: 'unavailable' }
    const keys = jwksUri === `${ISSUER}/keys` ? [key.jwk, rsa.jwk] : [others.jwk]
    return { kind: 'found', keys, fetchedAt: 0, isKnown: keys.some((one) => one.kid === kid) }
  },
  () => NOW * 1_000,
)

beforeAll(async () => {
  key = await newTokenKey('key')
  rsa = await newTokenKey('rsa', 'RS256')
  others = await newTokenKey('others')
})

const claims = (members: object = {}) => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'web',
  job: '7',
  ...times(NOW * 1_000),
  ...members,
})
const verify = (token: string, rules: readonly IdentityRule[] = [RULE, OTHER]) =>
  verifyToken(identities, rules, token, AUDIENCE, NOW)

test('a token of either algorithm is verified, and only what its rule names is handed on', async () => {
  const expected = { kind: 'verified', rule: 0, issuedAtSeconds: NOW, values: { '/sub': 'web', '/job': '7' } }
  expect(await verify(await key.sign(claims()))).toEqual(expected)
  expect(await verify(await rsa.sign(claims({ aud: [AUDIENCE], secret: 'x' })))).toEqual(expected)
})

test.each([
  ['of another key’s audience', { aud: 'https://latchkey.example/keys/1-2' }, 'audience'],
  ['of two audiences', { aud: [AUDIENCE, 'https://else.example'] }, 'audience'],
  ['without an audience', { aud: undefined }, 'audience'],
  ['of an issuer that no rule names', { iss: 'https://issuer.example/' }, 'issuer'],
  ['that has expired', { exp: NOW - 60 }, 'expired'],
  ['that begins later', { nbf: NOW + 61 }, 'not_yet_valid'],
  ['from the future', { iat: NOW + 61 }, 'not_yet_valid'],
  ['that is too old', { iat: NOW - 661 }, 'too_old'],
  ['that lives for two days', { exp: NOW + 172_800 }, 'lifetime'],
  ['without an end', { exp: undefined }, 'malformed'],
  ['whose end is text', { exp: `${NOW + 60}` }, 'malformed'],
])('a token %s is invalid', async (_, members, why) => {
  expect(await verify(await key.sign(claims(members)))).toEqual({ kind: 'invalid', why })
})

test('a minute’s difference of clocks is none', async () => {
  expect(await verify(await key.sign(claims({ exp: NOW - 59 })))).toMatchObject({ kind: 'verified' })
  expect(await verify(await key.sign(claims({ nbf: NOW + 60 })))).toMatchObject({ kind: 'verified' })
})

test('no confusion of algorithms or keys gets a token through', async () => {
  const [head = '', body = '', signature = ''] = (await key.sign(claims())).split('.')
  const changed = btoa(JSON.stringify(claims({ job: '8' }))).replace(/=/g, '')
  const cases: readonly (readonly [string, string])[] = [
    [withoutSignature(claims(), 'key'), 'algorithm'],
    [await macWithPublicKey(claims(), rsa.jwk), 'algorithm'],
    // Another issuer's key, under its own name and under that of this issuer's key.
    [await others.sign(claims()), 'key_unknown'],
    [await others.sign(claims(), { kid: 'key' }), 'signature'],
    // An algorithm that the named key is not for.
    [await key.sign(claims(), { kid: 'rsa' }), 'signature'],
    [`${head}.${changed}.${signature}`, 'signature'],
    [`${head}.${body}.`, 'signature'],
    [await key.sign(claims(), { kid: undefined }), 'malformed'],
    [await key.sign(claims(), { typ: 'at+jwt' }), 'malformed'],
    [`${head}.${body}`, 'malformed'],
    [`${head}.!.${signature}`, 'malformed'],
    ['x'.repeat(9_000), 'malformed'],
    [await key.sign(claims({ padding: 'x'.repeat(8_192) })), 'malformed'],
  ]
  for (const [token, why] of cases)
    expect([token.slice(0, 60), await verify(token)]).toEqual([token.slice(0, 60), { kind: 'invalid', why }])
})

test('keys that a token brings along are not looked at', async () => {
  const header = { jwk: others.jwk, jku: 'https://other.example/keys', kid: 'key' }
  expect(await verify(await others.sign(claims(), header))).toEqual({ kind: 'invalid', why: 'signature' })
})

test('an issuer signs for itself only, although its keys are known', async () => {
  expect(await verify(await others.sign(claims({ iss: OTHER.issuer })))).toMatchObject({
    kind: 'verified',
    rule: 1,
  })
  expect(await verify(await key.sign(claims({ iss: OTHER.issuer })))).toEqual({
    kind: 'invalid',
    why: 'key_unknown',
  })
})

test('a genuine token that no rule lets in names the claim, and the first rule that it meets counts', async () => {
  const second = { ...RULE, claims: [{ pointer: '/sub', equals: 'db' }] } as const
  expect(await verify(await key.sign(claims({ sub: 'api' })))).toEqual({ kind: 'not_allowed', why: '/sub' })
  expect(await verify(await key.sign(claims({ sub: 'db' })), [RULE, second])).toMatchObject({ rule: 1 })
  expect(await verify(await key.sign(claims({ job: undefined })))).toEqual({
    kind: 'not_allowed',
    why: '/job',
  })
})

test('uploaded keys need no issuer that answers; others are unavailable, and nothing is said of the token', async () => {
  const fresh = await newTokenKey('fresh')
  const uploaded = { ...RULE, keySource: { kind: 'uploaded', keys: [fresh.jwk] } } as const
  isAway = true
  expect(await verify(await fresh.sign(claims()), [uploaded])).toMatchObject({ kind: 'verified' })
  expect(await verify(await fresh.sign(claims()))).toEqual({ kind: 'unavailable' })
  isAway = false
})
