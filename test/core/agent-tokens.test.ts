import { base64url, exportJWK, generateKeyPair, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TokenAlgorithm } from '../../src/core/kernel/keyring.ts'
import { agentTokens } from '../../src/stores/keyring/agent-tokens.ts'
import { importSigningKey, type SigningKey } from '../../src/stores/keyring/signed-tokens.ts'

const ISSUER = 'https://latchkey.example'
const TYPE = 'at+jwt'
const NOW = 1_900_000_000
const CLAIMS = {
  id: '00000000-1000-4001-8000-000000000000',
  organization: 7,
  dialect: 'native',
  profile: '1',
  key: '2',
} as const
const SOUND: JWTPayload = {
  sub: CLAIMS.id,
  jti: '5f2c1d0e-0000-4000-8000-000000000000',
  client_id: CLAIMS.id,
  organization_id: 7,
  dialect: 'native',
  profile_id: 'prf_1',
  key_id: 'key_2',
  iss: ISSUER,
  aud: 'latchkey-agent',
  iat: NOW,
  exp: NOW + 600,
}

let ours: SigningKey
let tokens: ReturnType<typeof agentTokens>
let token: string

beforeAll(async () => {
  ours = await newKey(1)
  tokens = agentTokens([ours], 1, ISSUER)
  token = await tokens.signAgentToken(CLAIMS, NOW)
})

async function newKey(
  version: number,
  signsUntil = Number.POSITIVE_INFINITY,
  algorithm: TokenAlgorithm = 'EdDSA',
): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return importSigningKey(
    'agent',
    version,
    new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey))),
    signsUntil,
  )
}

test('the public key set alone verifies it', async () => {
  const [jwk] = tokens.agentKeySet(NOW).keys
  const { payload, protectedHeader } = await jwtVerify(token, await importJWK(jwk ?? {}, 'EdDSA'), {
    issuer: ISSUER,
    audience: 'latchkey-agent',
    typ: TYPE,
    currentDate: new Date(NOW * 1_000),
  })
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: TYPE, kid: 'agent-1' })
  expect(payload).toEqual({ ...SOUND, jti: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

test('it says who its agent is until it ends, and nothing from then on', async () => {
  expect(await tokens.verifyAgentToken(token, NOW + 599)).toMatchObject(CLAIMS)
  expect(await tokens.verifyAgentToken(token, NOW + 600)).toBeNull()
})

test.each([
  ['alg none', 0, { alg: 'none', typ: TYPE, kid: 'agent-1' }],
  ['alg HS256', 0, { alg: 'HS256', typ: TYPE, kid: 'agent-1' }],
  ['another organization', 1, { ...SOUND, org: 8 }],
] as const)('changed to %s it is refused', async (_, part, other) => {
  const parts = token.split('.')
  parts[part] = base64url.encode(JSON.stringify(other))
  expect(await tokens.verifyAgentToken(parts.join('.'), NOW)).toBeNull()
})

test('without its signature it is refused', async () => {
  const [header, payload] = token.split('.')
  expect(await tokens.verifyAgentToken(`${header}.${payload}.`, NOW)).toBeNull()
  expect(await tokens.verifyAgentToken('not a token', NOW)).toBeNull()
})

type Forgery = { payload?: JWTPayload; typ?: string; kid?: string; key?: SigningKey }

async function forge({ payload = SOUND, typ = TYPE, kid = 'agent-1', key = ours }: Forgery): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ, kid }).sign(key.privateKey)
}

function without(name: keyof JWTPayload): JWTPayload {
  const { [name]: _, ...rest } = SOUND
  return rest
}

test('one that is sound in everything passes: the refusals below have each their own reason', async () => {
  expect(await tokens.verifyAgentToken(await forge({}), NOW)).toMatchObject(CLAIMS)
})

test.each<[string, Forgery]>([
  ['an unknown key id', { kid: 'agent-9' }],
  ['another type', { typ: 'JWT' }],
  ['another audience', { payload: { ...SOUND, aud: 'somebody' } }],
  ['another issuer', { payload: { ...SOUND, iss: 'https://evil.example' } }],
  ['no end', { payload: without('exp') }],
  ['no subject', { payload: without('sub') }],
  ['no time of issue', { payload: without('iat') }],
])('with %s it is refused', async (_, forgery) => {
  expect(await tokens.verifyAgentToken(await forge(forgery), NOW)).toBeNull()
})

test('signed by another key under our key id it is refused', async () => {
  expect(await tokens.verifyAgentToken(await forge({ key: await newKey(1) }), NOW)).toBeNull()
})

test('one of an older ring version is still good, and new ones are made with the newest', async () => {
  const both = agentTokens([ours, await newKey(2)], 2, ISSUER)
  expect(await both.verifyAgentToken(token, NOW)).toMatchObject(CLAIMS)
  expect(await tokens.verifyAgentToken(await both.signAgentToken(CLAIMS, NOW), NOW)).toBeNull()
  expect(both.agentKeySet(NOW).keys).toHaveLength(2)
})

test('an older key is published and believed until what it signed last has run out, and no longer', async () => {
  const old = await newKey(1, NOW)
  const keys = [old, await newKey(2)]
  const before = agentTokens([old], 1, ISSUER)
  const after = () => agentTokens(keys, 2, ISSUER)
  const last = await before.signAgentToken(CLAIMS, NOW)
  expect(await after().verifyAgentToken(last, NOW + 599)).toMatchObject(CLAIMS)
  expect(
    after()
      .agentKeySet(NOW + 599)
      .keys.map(({ kid }) => kid),
  ).toEqual(['agent-1', 'agent-2'])
  expect(
    after()
      .agentKeySet(NOW + 600)
      .keys.map(({ kid }) => kid),
  ).toEqual(['agent-2'])
  // A key that got out could be made to sign for later.
  const forged = await before.signAgentToken(CLAIMS, NOW + 600)
  expect(await after().verifyAgentToken(forged, NOW + 600)).toBeNull()
})

test('a token that lives longer than allowed is refused, even with a genuine signature', async () => {
  const payload = { ...SOUND, exp: NOW + 601 }
  expect(await tokens.verifyAgentToken(await forge({ payload }), NOW)).toBeNull()
})

describe('a ring that went from EdDSA to ES256', () => {
  const rings = async () => {
    const next = await newKey(2, Number.POSITIVE_INFINITY, 'ES256')
    return { next, both: agentTokens([ours, next], 2, ISSUER) }
  }
  const headed = (header: { alg: string; kid: string }) =>
    base64url.encode(JSON.stringify({ typ: TYPE, ...header }))

  test('signs by ES256, publishes both keys with their algorithms, and verifies both', async () => {
    const { both } = await rings()
    const signed = await both.signAgentToken(CLAIMS, NOW)
    const keys = both.agentKeySet(NOW).keys
    expect(keys).toEqual([
      expect.objectContaining({ kid: 'agent-1', kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }),
      expect.objectContaining({ kid: 'agent-2', kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }),
    ])
    expect(keys.every((key) => !('d' in key))).toBe(true)
    const [, es256 = {}] = keys
    const { protectedHeader } = await jwtVerify(signed, await importJWK(es256, 'ES256'), {
      currentDate: new Date(NOW * 1_000),
    })
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: TYPE, kid: 'agent-2' })
    expect(await both.verifyAgentToken(signed, NOW)).toMatchObject(CLAIMS)
    expect(await both.verifyAgentToken(token, NOW)).toMatchObject(CLAIMS)
  })

  test('takes the algorithm from its key: a token that names another one, or another key, is refused', async () => {
    const { next, both } = await rings()
    const signed = await both.signAgentToken(CLAIMS, NOW)
    const relabelled = (text: string, header: { alg: string; kid: string }) => {
      const [, ...rest] = text.split('.')
      return [headed(header), ...rest].join('.')
    }
    // The whole set of keys, as a verifier that believes `alg` would use it for a MAC.
    const published = new TextEncoder().encode(JSON.stringify(next.publicJwk))
    const mac = await new SignJWT(SOUND)
      .setProtectedHeader({ alg: 'HS256', typ: TYPE, kid: 'agent-2' })
      .sign(published)
    const crossed = await new SignJWT(SOUND)
      .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: 'agent-1' })
      .sign(next.privateKey)
    for (const forged of [
      relabelled(signed, { alg: 'EdDSA', kid: 'agent-2' }),
      relabelled(signed, { alg: 'EdDSA', kid: 'agent-1' }),
      relabelled(token, { alg: 'ES256', kid: 'agent-1' }),
      relabelled(token, { alg: 'ES256', kid: 'agent-2' }),
      mac,
      crossed,
    ]) {
      expect(await both.verifyAgentToken(forged, NOW)).toBeNull()
    }
  })
})
