/** What standard OAuth libraries expect beyond RFC 6749's refresh: RFC 6750, 7009, 8414, 9068. */
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
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
} from '../../support/native-client.ts'
import { ask } from '../../support/organization.ts'

let acme: Organization
let key: Json
beforeAll(async () => {
  acme = await newOrganization()
  key = await acme.key()
})

const enroll = async (claim = newClaim()): Promise<Json> =>
  (await anyone('POST', '/v1/enroll', { code: key.code, claim })).json
const post = (path: string, form: Record<string, string>): Promise<Answer> =>
  anyone('POST', path, undefined, { form })
const refresh = (refresh_token: string, more = {}): Promise<Answer> =>
  post('/v1/token', { grant_type: 'refresh_token', refresh_token, ...more })
const revoke = (token: string, more = {}): Promise<Answer> => post('/v1/revoke', { token, ...more })
const METADATA = '/.well-known/oauth-authorization-server'

describe('server metadata (RFC 8414)', () => {
  test('names what there is, where the issuer of tokens stands', async () => {
    const { status, json, headers } = await anyone('GET', METADATA)
    expect([status, headers.get('Content-Type')]).toEqual([200, 'application/json'])
    expect(json).toEqual({
      issuer: BASE,
      token_endpoint: `${BASE}/v1/token`,
      jwks_uri: `${BASE}/.well-known/jwks.json`,
      revocation_endpoint: `${BASE}/v1/revoke`,
      introspection_endpoint: `${BASE}/v1/introspect`,
      response_types_supported: ['none'],
      grant_types_supported: ['refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
      service_documentation: `${BASE}/openapi.json`,
    })
    expect(decodeJwt((await enroll()).access_token).iss).toBe(json.issuer)
  })
})

describe('access tokens (RFC 9068)', () => {
  test('have its type and its claims, named and formed as introspection says them', async () => {
    const { access_token, agent } = await enroll()
    expect(decodeProtectedHeader(access_token)).toMatchObject({ typ: 'at+jwt', alg: 'EdDSA' })
    const published = (await anyone('GET', '/.well-known/jwks.json')).json
    const { payload } = await jwtVerify(access_token, createLocalJWKSet(published), {
      typ: 'at+jwt',
      issuer: BASE,
      audience: 'latchkey-agent',
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    })
    const { id: sub, ...members } = agent
    expect(payload).toEqual({
      iss: BASE,
      aud: 'latchkey-agent',
      sub,
      client_id: sub,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: expect.any(Number),
      exp: expect.any(Number),
      ...members,
    })
    const said = await acme.owner('POST', '/v1/introspect', undefined, { form: { token: access_token } })
    expect(said.json).toEqual({ active: true, token_type: 'Bearer', ...payload })
  })

  test('each has an id of its own', async () => {
    const claim = newClaim()
    const ids = [await enroll(claim), await enroll(claim)].map(
      ({ access_token }) => decodeJwt(access_token).jti,
    )
    expect(new Set(ids).size).toBe(2)
  })
})

describe('revocation (RFC 7009)', () => {
  test('of its refresh token: the agent leaves, and its claim enrolls again as a new use', async () => {
    const claim = newClaim()
    const { agent, access_token, refresh_token } = await enroll(claim)
    const gone = await revoke(refresh_token, { token_type_hint: 'refresh_token' })
    expect([gone.status, gone.text]).toEqual([200, '{}'])
    expect(gone.headers.get('Cache-Control')).toBe('no-store')
    expect((await refresh(refresh_token)).json.error).toBe('invalid_grant')
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('left')
    const beat = await clientOf(`Bearer ${access_token}`)('POST', '/v1/agents/self/heartbeat')
    expect(beat.status).toBe(401)
    // Revoking again, and junk, is 200 and does nothing (section 2.2).
    for (const token of [refresh_token, 'junk', `${refresh_token.slice(0, -4)}AAAA`]) {
      expect([token.length, (await revoke(token)).status]).toEqual([token.length, 200])
    }
    const back = await anyone('POST', '/v1/enroll', { code: key.code, claim })
    expect([back.status, back.json.agent.id === agent.id]).toEqual([201, false])
  })

  test('also after a refresh whose reply was lost, but an old token only ends its family', async () => {
    const lost = await enroll()
    await refresh(lost.refresh_token)
    await revoke(lost.refresh_token)
    expect((await acme.owner('GET', `/v1/agents/${lost.agent.id}`)).json.state).toBe('left')
    const old = await enroll()
    const second = (await refresh(old.refresh_token)).json.refresh_token
    const third = (await refresh(second)).json.refresh_token
    expect((await revoke(old.refresh_token)).status).toBe(200)
    expect((await acme.owner('GET', `/v1/agents/${old.agent.id}`)).json.state).toBe('active')
    expect((await refresh(third)).json.error).toBe('invalid_grant')
  })

  test('an access token cannot be revoked: it is verified offline', async () => {
    const { access_token, agent } = await enroll()
    for (const more of [{}, { token_type_hint: 'access_token' }]) {
      const refused = await revoke(access_token, more)
      expect([refused.status, refused.json.error]).toEqual([400, 'unsupported_token_type'])
    }
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('active')
    for (const form of [{}, { token: '' }]) {
      const refused = await post('/v1/revoke', form)
      expect([refused.status, refused.json.error]).toEqual([400, 'invalid_request'])
    }
  })
})

describe('challenges (RFC 6750)', () => {
  test('of an agent’s route name Bearer alone, and say so when it was the token', async () => {
    const challenge = async (authorization: string | null) => {
      const refused = await clientOf(authorization)('GET', '/v1/agents/self')
      return [refused.status, refused.headers.get('WWW-Authenticate')]
    }
    expect(await challenge(null)).toEqual([401, 'Bearer realm="latchkey"'])
    const invalid =
      'Bearer realm="latchkey", error="invalid_token", error_description="The credential is not valid"'
    expect(await challenge('Bearer junk')).toEqual([401, invalid])
    const { access_token } = await enroll()
    await clientOf(`Bearer ${access_token}`)('DELETE', '/v1/agents/self')
    const left = await clientOf(`Bearer ${access_token}`)('POST', '/v1/agents/self/heartbeat')
    expect([left.status, left.headers.get('WWW-Authenticate')]).toEqual([401, invalid])
  })

  test('of an operator’s route name Basic alone', async () => {
    const refused = await anyone('GET', '/v1/keys')
    expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([401, 'Basic realm="latchkey"'])
  })
})

describe('pages of other sites (CORS)', () => {
  const ORIGIN = { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' }

  test.each([METADATA, '/.well-known/jwks.json', '/openapi.json'])('may read %s', async (path) => {
    const read = await ask('GET', path, { headers: ORIGIN })
    expect([read.status, read.headers.get('Access-Control-Allow-Origin')]).toEqual([200, '*'])
    const asked = await ask('OPTIONS', path, {
      headers: {
        ...ORIGIN,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'x-any',
      },
    })
    expect([asked.status, asked.text]).toEqual([204, ''])
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': '*',
      'access-control-max-age': '86400',
    })
    const other = await ask('POST', path, { raw: '{}' })
    expect([other.status, other.headers.get('Allow')]).toEqual([405, 'GET, OPTIONS'])
  })

  test('and nothing else', async () => {
    for (const path of ['/v1/token', '/v1/revoke', '/v1/agents/self', '/v1/keys', '/healthz']) {
      const asked = await ask('OPTIONS', path, { headers: ORIGIN })
      expect([path, asked.status === 204, asked.headers.get('Access-Control-Allow-Origin')]).toEqual([
        path,
        false,
        null,
      ])
    }
  })
})

test('a scope is refused at /v1/token: agents have none (RFC 6749, sections 3.3 and 6)', async () => {
  const { refresh_token } = await enroll()
  for (const scope of ['openid', 'keys.read agents.read', '"']) {
    const refused = await refresh(refresh_token, { scope })
    expect([refused.status, refused.json.error]).toEqual([400, 'invalid_scope'])
  }
  expect((await refresh(refresh_token, { scope: '' })).status).toBe(200)
})
