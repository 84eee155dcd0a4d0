import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import { anyone, basic, clientOf, withoutRequestId } from '../../support/native-client.ts'

const operator = clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`)
const newName = () => `bootstrapped ${crypto.randomUUID()}`

test('makes an organization and its owner’s key; again, it makes a further key of the same', async () => {
  const body = { organization: newName(), email: `${crypto.randomUUID()}@test.example` }
  const first = await operator('POST', '/v1/bootstrap', body)
  expect(first.status).toBe(201)
  expect(first.json).toEqual({
    organization: {
      id: expect.any(Number),
      name: body.organization,
      customer_id: expect.stringMatching(/^2\d{17}$/),
      organisation_key: expect.stringMatching(/^[1-9a-ft]{40}$/),
    },
    illumio: {
      org_id: first.json.organization.id,
      auth_username: expect.stringMatching(/^api_1[0-9a-f]{16}$/),
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      email: body.email,
      password: expect.stringMatching(/^[A-Z2-9]{24}$/),
    },
    zpa: {
      customer_id: first.json.organization.customer_id,
      client_id: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{48}$/),
    },
  })
  const again = await operator('POST', '/v1/bootstrap', body)
  expect([again.status, again.json.organization]).toEqual([200, first.json.organization])
  expect(again.json.illumio.auth_username).not.toBe(first.json.illumio.auth_username)
  expect(again.json.illumio.password, 'they keep the one they have').toBeNull()
  const reset = await operator('POST', '/v1/bootstrap', { ...body, reset_password: true })
  expect(reset.json.illumio.password).toMatch(/^[A-Z2-9]{24}$/)
  expect(reset.json.illumio.password).not.toBe(first.json.illumio.password)
  for (const { auth_username, secret } of [first.json.illumio, again.json.illumio]) {
    expect((await clientOf(basic(auth_username, secret))('GET', '/v1/profiles')).status).toBe(200)
  }
  const events = await env.DB.prepare(
    'SELECT type, record FROM events WHERE organization_id = ? ORDER BY at, id',
  )
    .bind(first.json.organization.id)
    .all<{ type: string; record: string }>()
  expect(events.results.map(({ type }) => type)).toEqual([
    'organization.create',
    'profile.create',
    'api_key.create',
    'api_client.create',
    'api_key.create',
    'api_client.create',
    'api_key.create',
    'api_client.create',
  ])
  for (const secret of [
    first.json.illumio.secret,
    first.json.zpa.client_secret,
    first.json.illumio.password,
    reset.json.illumio.password,
  ]) {
    expect(JSON.stringify(events.results)).not.toContain(secret)
  }
})

test('without the token, or with another, it makes nothing', async () => {
  const body = { organization: newName(), email: 'owner@test.example' }
  for (const authorization of [null, 'Bearer x', `Basic ${btoa(`a:${env.LATCHKEY_BOOTSTRAP_TOKEN}`)}`]) {
    expect((await clientOf(authorization)('POST', '/v1/bootstrap', body)).status).toBe(401)
  }
  const found = await env.DB.prepare('SELECT 1 FROM organizations WHERE name = ?')
    .bind(body.organization)
    .all()
  expect(found.results).toEqual([])
})

test.each([null, 'shorter-than-32-bytes'])('with the secret %s it does not exist', async (bootstrapToken) => {
  const { fetch, calls } = await compose({ bootstrapToken })
  const ask = clientOf(`Bearer ${bootstrapToken}`, fetch)
  const answer = await ask('POST', '/v1/bootstrap', { organization: newName(), email: 'a@test.example' })
  expect(withoutRequestId(answer)).toBe(withoutRequestId(await anyone('GET', '/v1/nothing')))
  expect(calls).toEqual([])
})
