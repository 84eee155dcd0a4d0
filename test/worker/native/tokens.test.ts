import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  anyone,
  BASE,
  clientOf,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
  ring,
} from '../../support/native-client.ts'
import { ringSigningKey } from '../../support/ring-key.ts'

let acme: Organization
let key: Json
beforeAll(async () => {
  acme = await newOrganization()
  key = await acme.key()
})

const enroll = async (claim = newClaim()): Promise<Json> =>
  (await anyone('POST', '/v1/enroll', { code: key.code, claim })).json
const introspect = async (token: string, who = acme): Promise<Json> =>
  (await who.owner('POST', '/v1/introspect', undefined, { form: { token } })).json
const self = (token: string, query = ''): Promise<Answer> =>
  clientOf(`Bearer ${token}`)('GET', `/v1/agents/self${query}`)

describe('an access token', () => {
  test('verifies offline against the published keys, by its type, audience and issuer', async () => {
    const { access_token, agent } = await enroll()
    const published = await anyone('GET', '/.well-known/jwks.json')
    expect(published.headers.get('Cache-Control')).toBe('public, max-age=300')
    for (const jwk of published.json.keys) {
      expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' })
      expect(jwk).not.toHaveProperty('d')
    }
    const { payload, protectedHeader } = await jwtVerify(access_token, createLocalJWKSet(published.json), {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      audience: 'latchkey-agent',
      issuer: BASE,
    })
    expect(protectedHeader.kid).toMatch(/^agent-\d+$/)
    expect(payload).toMatchObject({ sub: agent.id, organization_id: acme.id })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600)
  })

  test('the issuer is the deployment’s own name, whatever Host the client sent', async () => {
    const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' }
    const enrolled = await anyone('POST', '/v1/enroll', { code: key.code }, { headers })
    expect(decodeJwt(enrolled.json.access_token).iss).toBe(BASE)
  })

  test('says who the agent is; fresh=1 asks the ledger; a heartbeat answers with the agent', async () => {
    const { access_token, agent } = await enroll()
    const { exp } = decodeJwt(access_token)
    const token_expires_at = new Date((exp ?? 0) * 1_000).toISOString()
    expect((await self(access_token)).json).toEqual({ ...agent, token_expires_at })
    const record = (await acme.owner('GET', `/v1/agents/${agent.id}`)).json
    expect((await self(access_token, '?fresh=1')).json).toEqual({ ...agent, token_expires_at, agent: record })
    const beat = await clientOf(`Bearer ${access_token}`)('POST', '/v1/agents/self/heartbeat')
    expect(beat.status).toBe(200)
    expect(beat.json).toEqual({ ...record, seen_at: expect.any(String) })
    expect(Date.parse(beat.json.seen_at)).toBeGreaterThanOrEqual(Date.parse(record.seen_at))
    expect((await self(access_token, '?fresh=yes')).status).toBe(422)
  })

  test('that is forged, mistyped or outlived is refused everywhere, and introspects as not active', async () => {
    const { access_token } = await enroll()
    const header = decodeProtectedHeader(access_token) as { alg: string; typ: string; kid: string }
    const payload = decodeJwt(access_token)
    const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
    const hmac = new TextEncoder().encode(JSON.stringify((await ring()).agentKeySet(0).keys[0]))
    const [head, body, signature] = access_token.split('.') as [string, string, string]
    const encode = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '')
    const sign = (claims: JWTPayload, more: object = {}) =>
      new SignJWT(claims).setProtectedHeader({ ...header, ...more }).sign(stranger.privateKey)
    const own = await ring()
    const claims = {
      id: payload.sub ?? '',
      organization: acme.id,
      dialect: 'native',
      profile: '1',
      key: '1',
    } as const
    const longAgo = Math.floor(Date.now() / 1_000) - 601
    const forged: Record<string, string> = {
      'signed by another key': await sign(payload),
      'of an unknown key': await sign(payload, { kid: 'agent-999' }),
      'without a signature': new UnsecuredJWT(payload).encode(),
      'alg none with our header': `${encode({ ...header, alg: 'none' })}.${body}.`,
      'HMAC with the public key': await new SignJWT(payload)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(hmac),
      'another header over our signature': `${encode({ ...header, typ: 'JWT' })}.${body}.${signature}`,
      'another body over our signature': `${head}.${encode({ ...payload, organization_id: acme.id + 1 })}.${signature}`,
      'a changed signature': access_token.replace(/.{4}$/, (end: string) =>
        end === 'AAAA' ? 'BBBB' : 'AAAA',
      ),
      'a cut one': access_token.slice(0, -10),
      expired: await own.signAgentToken(claims, longAgo),
      junk: 'junk',
      'a refresh token': (await enroll()).refresh_token,
      'an api key': acme.authorization.slice('Basic '.length),
    }
    for (const [what, token] of Object.entries(forged)) {
      const refused = await self(token)
      expect([refused.status, refused.json.detail], what).toEqual([401, 'The credential is not valid'])
      expect(refused.headers.get('WWW-Authenticate'), what).toContain('Bearer')
      expect(refused.text, what).not.toContain(token)
      expect((await clientOf(`Bearer ${token}`)('DELETE', '/v1/agents/self')).status, what).toBe(401)
      expect(await introspect(token), what).toEqual({ active: false })
    }
    expect((await self(access_token)).status).toBe(200)
  })

  test('of our own key with another type, audience or issuer is refused', async () => {
    const { access_token } = await enroll()
    const payload = decodeJwt(access_token)
    const { kid } = decodeProtectedHeader(access_token)
    const privateKey = await ringSigningKey()
    const sign = (claims: JWTPayload, typ: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ, kid: kid ?? '' }).sign(privateKey)
    const typ = 'at+jwt'
    expect((await self(await sign(payload, typ))).status, 'the forge itself works').toBe(200)
    const { sub: _, ...anonymous } = payload
    const { exp: _exp, ...forever } = payload
    for (const token of [
      await sign(payload, 'JWT'),
      await sign(payload, 'latchkey-api+jwt'),
      await sign({ ...payload, aud: 'latchkey-api' }, typ),
      await sign({ ...payload, iss: 'https://evil.example' }, typ),
      await sign({ ...payload, sub: 'not-an-agent' }, typ),
      await sign(anonymous, typ),
      await sign(forever, typ),
    ]) {
      expect((await self(token)).status).toBe(401)
      expect(await introspect(token)).toEqual({ active: false })
    }
  })
})
