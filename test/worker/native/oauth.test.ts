import { decodeJwt } from 'jose'
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

  test('a lost reply locks no agent out: the same token again gets the same successor', async () => {
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
    const { iat, exp, jti } = decodeJwt(access_token)
    const { id: sub, ...members } = agent
    expect(await introspect(access_token)).toEqual({
      active: true,
      token_type: 'Bearer',
      iss: BASE,
      aud: 'latchkey-agent',
      sub,
      client_id: sub,
      jti,
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
