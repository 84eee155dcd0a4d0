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
const refresh = (refresh_token: string): Promise<Answer> =>
  anyone('POST', '/v1/token', undefined, { form: { grant_type: 'refresh_token', refresh_token } })
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
      typ: 'latchkey-agent+jwt',
      audience: 'latchkey-agent',
      issuer: BASE,
    })
    expect(protectedHeader.kid).toMatch(/^agent-\d+$/)
    expect(payload).toMatchObject({ sub: agent.id, org: acme.id })
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
    expect((await self(access_token)).json).toEqual({ ...agent, token_expires_at, agent: null })
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
    const hmac = new TextEncoder().encode(JSON.stringify((await ring()).agentKeySet().keys[0]))
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
      'another body over our signature': `${head}.${encode({ ...payload, org: acme.id + 1 })}.${signature}`,
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
    const typ = 'latchkey-agent+jwt'
    expect((await self(await sign(payload, typ))).status, 'the forge itself works').toBe(200)
    const { sub: _, ...nobody } = payload
    const { exp: _exp, ...forever } = payload
    for (const token of [
      await sign(payload, 'JWT'),
      await sign(payload, 'latchkey-api+jwt'),
      await sign({ ...payload, aud: 'latchkey-api' }, typ),
      await sign({ ...payload, iss: 'https://evil.example' }, typ),
      await sign({ ...payload, sub: 'not-an-agent' }, typ),
      await sign(nobody, typ),
      await sign(forever, typ),
    ]) {
      expect((await self(token)).status).toBe(401)
      expect(await introspect(token)).toEqual({ active: false })
    }
  })
})

describe('refreshing', () => {
  test('answers as RFC 6749 lays down, and the new token is the same agent’s', async () => {
    const { agent, refresh_token } = await enroll()
    const next = await refresh(refresh_token)
    expect(next.status).toBe(200)
    expect(next.headers.get('Cache-Control')).toBe('no-store')
    expect(next.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.stringMatching(/^lkr_/),
    })
    expect((await self(next.json.access_token)).json.id).toBe(agent.id)
  })

  test('a lost reply locks nobody out: the same token again gets the same successor', async () => {
    const first = (await enroll()).refresh_token
    const lost = (await refresh(first)).json.refresh_token
    expect(lost).not.toBe(first)
    expect((await refresh(first)).json.refresh_token).toBe(lost)
    const next = await refresh(lost)
    expect(next.status).toBe(200)
    expect((await refresh(lost)).json.refresh_token).toBe(next.json.refresh_token)
  })

  test('an older token revokes the family; the claim’s retry begins a new one', async () => {
    const claim = newClaim()
    const { agent, refresh_token: first } = await enroll(claim)
    const second = (await refresh(first)).json.refresh_token
    const third = (await refresh(second)).json.refresh_token
    for (const token of [first, third, second]) {
      const refused = await refresh(token)
      expect([refused.status, refused.json.error]).toEqual([400, 'invalid_grant'])
    }
    await acme.owner('PATCH', `/v1/keys/${key.id}`, { name: `flushed ${claim}` })
    const [event] = await acme.events('agent.refresh_reused', agent.id)
    expect(event).toMatchObject({ isSuccess: false, detail: { family: 1, generation: 1 } })
    const back = await anyone('POST', '/v1/enroll', { code: key.code, claim })
    expect([back.status, back.json.agent.id]).toEqual([200, agent.id])
    expect((await refresh(back.json.refresh_token)).status).toBe(200)
    expect((await refresh(third)).status).toBe(400)
  })

  test('of two at once with one token both get the same successor', async () => {
    const { refresh_token } = await enroll()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)))
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1)
    expect((await refresh(answers[0]?.json.refresh_token)).status).toBe(200)
  })

  test('a retry of the enrollment joins the family where it stands', async () => {
    const claim = newClaim()
    const { refresh_token } = await enroll(claim)
    const next = (await refresh(refresh_token)).json.refresh_token
    expect((await enroll(claim)).refresh_token).toBe(next)
  })

  test('errors have the form of RFC 6749, and no token in them', async () => {
    const { refresh_token } = await enroll()
    const mistyped = refresh_token.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'))
    const ask = (form: Record<string, string>) => anyone('POST', '/v1/token', undefined, { form })
    const grant_type = 'refresh_token'
    for (const [answer, status, error] of [
      [await ask({ grant_type, refresh_token: mistyped }), 400, 'invalid_grant'],
      [await ask({ grant_type, refresh_token: 'junk' }), 400, 'invalid_grant'],
      [await ask({ grant_type }), 400, 'invalid_request'],
      [await ask({ grant_type, refresh_token: '' }), 400, 'invalid_request'],
      [await ask({ refresh_token }), 400, 'invalid_request'],
      [await ask({ grant_type: '', refresh_token }), 400, 'invalid_request'],
      [await ask({ grant_type: 'password', refresh_token }), 400, 'unsupported_grant_type'],
      [await anyone('POST', '/v1/token', { grant_type, refresh_token }), 400, 'invalid_request'],
      [
        await anyone('POST', '/v1/token', undefined, {
          raw: `grant_type=${grant_type}&refresh_token=${refresh_token}&refresh_token=x`,
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        }),
        400,
        'invalid_request',
      ],
      [await ask({ grant_type, refresh_token: 'x'.repeat(1024 * 1024) }), 413, 'invalid_request'],
    ] as const) {
      expect([answer.status, answer.json.error]).toEqual([status, error])
      expect(Object.keys(answer.json)).toEqual(['error', 'error_description', 'request_id'])
      expect(answer.headers.get('Content-Type')).toBe('application/json')
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(answer.text).not.toContain(refresh_token)
    }
    // Fields that are not known are ignored, and so are known ones without a value (RFC 6749 §3.2).
    expect((await ask({ grant_type, refresh_token, scope: '', colour: 'red' })).status).toBe(200)
  })
})

describe('introspection', () => {
  test('says what the token says while its agent is active, and nothing to another organization', async () => {
    const { access_token, agent, refresh_token } = await enroll()
    const { iat, exp } = decodeJwt(access_token)
    const { id: sub, ...members } = agent
    expect(await introspect(access_token)).toEqual({
      active: true,
      token_type: 'Bearer',
      iss: BASE,
      aud: 'latchkey-agent',
      sub,
      iat,
      exp,
      ...members,
    })
    expect(await introspect(access_token, await newOrganization())).toEqual({ active: false })
    expect(await introspect(refresh_token)).toEqual({ active: false })
    await clientOf(`Bearer ${access_token}`)('DELETE', '/v1/agents/self')
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  test('of a revoked agent is not active at once', async () => {
    const { access_token, agent } = await enroll()
    await acme.owner('POST', `/v1/agents/${agent.id}/revoke`, { and_key: 'keep' })
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  test('needs an operator: an agent’s own token does not do', async () => {
    const { access_token } = await enroll()
    for (const authorization of [null, `Bearer ${access_token}`, 'Basic YXBpXzE6eA==']) {
      const options = { form: { token: access_token }, authorization }
      const refused = await anyone('POST', '/v1/introspect', undefined, options)
      expect([refused.status, refused.json.error]).toEqual([401, 'invalid_client'])
      expect(refused.headers.get('WWW-Authenticate')).toContain('Basic')
    }
    const missing = await acme.owner('POST', '/v1/introspect', undefined, { form: { tokens: 'x' } })
    expect([missing.status, missing.json.error]).toEqual([400, 'invalid_request'])
  })
})
