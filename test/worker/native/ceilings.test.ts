/** Ceilings of a profile bound what its keys may ask for, in the words of each dialect that makes them. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  basic,
  type Client,
  clientOf,
  type Json,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { asking, certificateNamed, GROUP, KEYS, must, signIn } from '../../support/zpa.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const CEILINGS = { max_uses: 10, lifetime_seconds: 3600 }
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()
const pointerOf = ({ status, json }: { status: number; json: Json }) => [status, json.errors?.[0].pointer]

describe('a key of a profile with ceilings', () => {
  test.each([
    ['within them', { max_uses: 10, lifetime_seconds: 3600 }, [201, undefined]],
    ['of more uses', { max_uses: 11, lifetime_seconds: 60 }, [422, '/max_uses']],
    ['without a limit', { max_uses: null, lifetime_seconds: 60 }, [422, '/max_uses']],
    ['whose maker says nothing of uses', { lifetime_seconds: 60 }, [422, '/max_uses']],
    ['that lives longer', { max_uses: 1, lifetime_seconds: 3601 }, [422, '/expires_at']],
    ['that expires later', { max_uses: 1, expires_at: inSeconds(7200) }, [422, '/expires_at']],
    ['that never expires', { max_uses: 1, expires_at: null }, [422, '/expires_at']],
  ])('%s is made or refused', async (_, members, answer) => {
    const profile_id = await acme.profile({ ceilings: CEILINGS })
    expect(pointerOf(await acme.owner('POST', '/v1/keys', { profile_id, ...members }))).toEqual(answer)
    const made = await acme.owner('GET', `/v1/keys?profile_id=${profile_id}`)
    expect(made.json.items).toHaveLength(answer[0] === 201 ? 1 : 0)
  })

  test('gets the profile’s defaults when these are within them', async () => {
    const defaults = { default_max_uses: 3, default_key_lifetime_seconds: 60 }
    const profile_id = await acme.profile({ ceilings: CEILINGS, ...defaults })
    expect(await acme.key({ profile_id })).toMatchObject({ max_uses: 3 })
  })

  test('is changed within them, and a refused change changes nothing', async () => {
    const profile_id = await acme.profile({ ceilings: CEILINGS })
    const { id } = await acme.key({ profile_id, max_uses: 2, lifetime_seconds: 60, name: 'kept' })
    const change = (members: object) => acme.owner('PATCH', `/v1/keys/${id}`, members)
    expect(pointerOf(await change({ max_uses: 11, name: 'lost' }))).toEqual([422, '/max_uses'])
    expect(pointerOf(await change({ max_uses: null }))).toEqual([422, '/max_uses'])
    expect(pointerOf(await change({ expires_at: null }))).toEqual([422, '/expires_at'])
    expect((await acme.owner('GET', `/v1/keys/${id}`)).json).toMatchObject({ max_uses: 2, name: 'kept' })
    expect((await change({ max_uses: 10, expires_at: inSeconds(1800) })).json.max_uses).toBe(10)
  })

  test('that was made before them keeps its limits, and they may be lowered only', async () => {
    const profile_id = await acme.profile()
    const { id } = await acme.key({ profile_id, max_uses: 50 })
    const set = await acme.owner('PATCH', `/v1/profiles/${profile_id}`, { ceilings: CEILINGS })
    expect(set.json.ceilings).toEqual(CEILINGS)
    const change = async (members: object) => (await acme.owner('PATCH', `/v1/keys/${id}`, members)).status
    expect(await change({ name: 'renamed' })).toBe(200)
    expect(await change({ max_uses: 51 })).toBe(422)
    expect(await change({ max_uses: 40 })).toBe(200)
  })
})

test('ceilings are shown by lists and events, and taken away by nulls', async () => {
  const profile_id = await acme.profile({ name: 'ceilings', ceilings: { max_uses: 5 } })
  const listed = await acme.owner('GET', '/v1/profiles?name=ceilings')
  expect(listed.json.items[0].ceilings).toEqual({ max_uses: 5, lifetime_seconds: null })
  const freed = await acme.owner('PATCH', `/v1/profiles/${profile_id}`, { ceilings: {} })
  expect(freed.json.ceilings).toEqual({ max_uses: null, lifetime_seconds: null })
  const [event] = await acme.events('profile.update', profile_id)
  expect(event?.detail).toMatchObject({
    changes: { ceilings: { before: { maxUses: 5, lifetimeSeconds: null }, after: null } },
  })
  expect(await acme.key({ profile_id, max_uses: null })).toMatchObject({ max_uses: null })
})

describe('in the words of other dialects', () => {
  let owner: Client
  let org: number
  let zpa: ReturnType<typeof asking>
  let customer: Json
  beforeAll(async () => {
    const made = await anyone(
      'POST',
      '/v1/bootstrap',
      { organization: `org ${crypto.randomUUID()}`, email: 'owner@test.example' },
      { authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
    )
    const { illumio } = made.json
    owner = clientOf(basic(illumio.auth_username, illumio.secret))
    org = illumio.org_id
    customer = made.json.zpa
    const { access_token } = must(await signIn(customer.client_id, customer.client_secret), 200)
    zpa = asking(access_token, customer.customer_id)
  })
  const limit = async (name: string, ceilings: object) => {
    const { json } = await owner('GET', `/v1/profiles?name=${name}`)
    must(await owner('PATCH', `/v1/profiles/${json.items[0].id}`, { ceilings }), 200)
  }

  test('a pairing profile whose limits are beyond them makes no pairing key, and says which', async () => {
    const name = `pairing-${crypto.randomUUID()}`
    const { href } = must(
      await owner('POST', `/api/v2/orgs/${org}/pairing_profiles`, { enabled: true, name }),
      201,
    )
    await limit(name, { max_uses: 5 })
    const refused = await owner('POST', `/api/v2${href}/pairing_key`, {})
    expect(refused.status).toBe(406)
    expect(refused.json).toEqual([
      {
        token: 'input_validation_error',
        message: expect.stringContaining("The property '#/allowed_uses_per_key' is not valid"),
      },
    ])
    must(await owner('PUT', `/api/v2${href}`, { allowed_uses_per_key: 5 }), 204)
    must(await owner('POST', `/api/v2${href}/pairing_key`, {}), 201)
  })

  test('a provisioning key is neither made, nor changed, nor moved beyond those of its group', async () => {
    const groups: Json[] = []
    for (const _ of ['free', 'limited']) {
      const name = `group-${crypto.randomUUID()}`
      groups.push(must(await zpa('POST', 'appConnectorGroup', { name, ...GROUP }), 201))
    }
    const [free, limited] = groups
    await limit(limited.name, { max_uses: 5, lifetime_seconds: 86_400 })
    const signer = await certificateNamed({ ask: zpa, id: customer.customer_id } as never, 'Connector')
    const soon = String(Math.floor(Date.now() / 1_000) + 3_600)
    const mint = (members: object) =>
      zpa('POST', KEYS, { name: crypto.randomUUID(), enrollmentCertId: signer.id, ...members })
    const paramsOf = ({ status, json }: { status: number; json: Json }) => [status, json.id, json.params]
    const wrong = (member: string) => [400, 'invalid.resource.argument', [member]]
    const within = { zcomponentId: limited.id, maxUsage: '5', expirationInEpochSec: soon }
    expect(paramsOf(await mint({ ...within, maxUsage: '6' }))).toEqual(wrong('maxUsage'))
    const endless = await mint({ ...within, expirationInEpochSec: undefined })
    expect(paramsOf(endless)).toEqual(wrong('expirationInEpochSec'))
    const { id } = must(await mint(within), 201)
    expect(paramsOf(await zpa('PUT', `${KEYS}/${id}`, { maxUsage: '6' }))).toEqual(wrong('maxUsage'))
    const { id: other } = must(await mint({ ...within, zcomponentId: free.id, maxUsage: '6' }), 201)
    const moved = await zpa('PUT', `${KEYS}/${other}`, { zcomponentId: limited.id })
    expect(paramsOf(moved)).toEqual(wrong('maxUsage'))
    expect(must(await zpa('GET', `${KEYS}/${other}`), 200).zcomponentId).toBe(free.id)
    must(await zpa('PUT', `${KEYS}/${other}`, { zcomponentId: limited.id, maxUsage: '5' }), 204)
  })
})
