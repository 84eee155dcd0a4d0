/** What the lists of the native API filter, sort and count by, labels, and what is known of a refused request. */
import { beforeAll, describe, expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import {
  anyone,
  type Client,
  clientOf,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

let acme: Organization
let other: Organization
/** Whose addresses are known. */
let machine: Client
beforeAll(async () => {
  acme = await newOrganization()
  other = await newOrganization()
  machine = clientOf(null, (await compose()).fetch)
})

const FROM = { headers: { 'X-Test-Address': '192.0.2.44' } }
const enroll = (code: string, hostname = 'host') =>
  machine('POST', '/v1/enroll', { code, claim: newClaim(), hostname }, FROM)
const names = ({ json }: Json): string[] => json.items.map(({ name, hostname }: Json) => name ?? hostname)

describe('labels', () => {
  test('are on profiles and keys, go from a key to its agents, and filter all three', async () => {
    const labels = { env: 'prod', 'example.com/tier': 'web' }
    const profile = await acme.owner('POST', '/v1/profiles', { name: 'labelled', labels, description: 'x' })
    expect(profile.json).toMatchObject({ labels, description: 'x' })
    const key = await acme.key({ profile_id: profile.json.id, name: 'labelled', labels, description: 'rack' })
    expect(key).toMatchObject({ labels, description: 'rack' })
    const { agent } = (await enroll(key.code, 'labelled')).json
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.labels).toEqual(labels)
    const since = encodeURIComponent(new Date().toISOString())
    for (const noun of ['profiles', 'keys', `agents?key_id=${key.id}&min_as_of=${since}`]) {
      const by = (label: string) =>
        acme.owner('GET', `/v1/${noun}${noun.includes('?') ? '&' : '?'}label=${encodeURIComponent(label)}`)
      expect(names(await by('env=prod,example.com/tier')), noun).toEqual(['labelled'])
      expect(names(await by('env=test')), noun).toEqual([])
      expect((await by('env==')).status, noun).toBe(422)
    }
    const changed = await acme.owner('PATCH', `/v1/agents/${agent.id}`, { labels: { env: 'test' } })
    expect(changed.json.labels).toEqual({ env: 'test' })
    await acme.owner('PATCH', `/v1/keys/${key.id}`, { labels: {} })
    expect((await acme.owner('GET', `/v1/keys/${key.id}`)).json).toMatchObject({
      labels: {},
      description: 'rack',
    })
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.labels).toEqual({ env: 'test' })
  })

  test.each([
    ['a name with a space', { 'a b': 'x' }],
    ['a name that is too long', { ['a'.repeat(64)]: 'x' }],
    ['a prefix that is no domain', { '-a/b': 'x' }],
    ['a value that is too long', { env: 'x'.repeat(64) }],
    ['a value that ends with a dash', { env: 'x-' }],
    ['too many', Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, '']))],
  ])('with %s are refused', async (_, labels) => {
    expect((await acme.owner('POST', '/v1/profiles', { name: 'web', labels })).status).toBe(422)
  })
})

describe('a list', () => {
  test('is sorted, paged and counted, with cursors that are good for it alone', async () => {
    const profile_id = await acme.profile()
    for (const name of ['b', 'C', 'a']) await acme.key({ profile_id, name })
    const list = (query: string) => acme.owner('GET', `/v1/keys?profile_id=${profile_id}&${query}`)
    expect(names(await list('sort=name'))).toEqual(['a', 'b', 'C'])
    expect(names(await list('sort=-created_at'))).toEqual(['a', 'C', 'b'])
    const first = await list('sort=name&limit=2&total=true')
    expect(first.json).toMatchObject({ total: 3, as_of: expect.any(String) })
    const cursor = first.json.next_cursor
    expect(names(await list(`sort=name&cursor=${cursor}`))).toEqual(['C'])
    for (const query of ['sort=-name', 'sort=name&q=a', '']) {
      const refused = await list(`${query}&cursor=${cursor}`)
      expect([refused.status, refused.json.errors?.[0]?.pointer], query).toEqual([422, '/cursor'])
    }
    expect((await list('sort=uses')).status).toBe(422)
    expect((await list('sort=name')).json).not.toHaveProperty('total')
  })

  test('of usable keys has those that are neither off, nor spent, nor expired; each state can be asked for', async () => {
    const profile_id = await acme.profile()
    const keys = Object.fromEntries(
      await Promise.all(
        ['active', 'disabled', 'revoked', 'spent', 'expired', 'paused'].map(async (name) => [
          name,
          await acme.key({ profile_id, name, max_uses: 1 }),
        ]),
      ),
    ) as Record<string, Json>
    await acme.owner('POST', `/v1/keys/${keys.disabled.id}/disable`)
    await acme.owner('POST', `/v1/keys/${keys.revoked.id}/revoke`)
    await acme.owner('POST', `/v1/keys/${keys.paused.id}/pause`)
    await acme.owner('PATCH', `/v1/keys/${keys.expired.id}`, { expires_at: '2020-01-01T00:00:00Z' })
    expect((await enroll(keys.spent.code)).status).toBe(201)
    const since = encodeURIComponent(new Date().toISOString())
    const list = async (query: string) =>
      names(await acme.owner('GET', `/v1/keys?profile_id=${profile_id}&min_as_of=${since}&${query}`)).sort()
    expect(await list('state=usable')).toEqual(['active', 'paused'])
    for (const state of Object.keys(keys)) expect(await list(`state=${state}`)).toEqual([state])
    expect(await list('expires_before=2021-01-01T00:00:00Z')).toEqual(['expired'])
    expect(await list(`used_since=2021-01-01T00:00:00Z`)).toEqual(['spent'])
  })

  test('has an enrollment at once when it is asked to be as fresh, and says up to when it has all', async () => {
    const key = await acme.key({ max_uses: null })
    for (let i = 0; i < 5; i++) {
      const { agent } = (await enroll(key.code)).json
      const { enrolled_at } = (await acme.owner('GET', `/v1/agents/${agent.id}`)).json
      const fresh = await acme.owner('GET', `/v1/agents?key_id=${key.id}&min_as_of=${enrolled_at}`)
      expect(fresh.json.items.map(({ id }: Json) => id)).toContain(agent.id)
      expect(fresh.json.as_of >= enrolled_at).toBe(true)
      const all = await acme.owner('GET', `/v1/agents?min_as_of=${enrolled_at}&sort=-created_at&limit=1`)
      expect(all.json.items[0].id).toBe(agent.id)
    }
    const foreign = await other.owner('GET', `/v1/agents?key_id=${key.id}&min_as_of=2026-01-01T00:00:00Z`)
    expect(foreign.json.items).toEqual([])
    const ahead = await acme.owner('GET', '/v1/agents?min_as_of=2099-01-01T00:00:00Z')
    expect([ahead.status, ahead.json.errors[0].pointer]).toEqual([422, '/min_as_of'])
  })
})

test('a key says when and from where it was last used', async () => {
  const key = await acme.key({ max_uses: 2 })
  expect(key).toMatchObject({ last_used_at: null, last_used_from: null })
  await enroll(key.code)
  const used = (await acme.owner('GET', `/v1/keys/${key.id}`)).json
  expect(used).toMatchObject({ last_used_at: used.last_redeemed_at, last_used_from: '192.0.2.44' })
})

describe('a refused request', () => {
  test('is explained by the id that its machine was answered, to its organization alone', async () => {
    const key = await acme.key({ max_uses: 1 })
    await enroll(key.code)
    const refused = await enroll(key.code)
    const { request_id } = refused.json
    expect([refused.status, refused.headers.get('X-Request-Id')]).toEqual([401, request_id])
    const explain = (client: Client, id = request_id) => client('POST', '/v1/explain', { request_id: id })
    expect((await explain(acme.owner)).json).toMatchObject({
      kept: true,
      key_id: key.id,
      refusal: { reason: 'key_spent', address: '192.0.2.44', count: 1 },
      explanation: expect.stringContaining('no uses left'),
    })
    const unknown = { kept: false, key_id: null, refusal: null }
    expect((await explain(other.owner)).json).toMatchObject(unknown)
    expect((await explain(acme.owner, crypto.randomUUID())).json).toMatchObject(unknown)
    expect((await explain(await acme.as('illumio:ruleset_viewer'))).status).toBe(403)
    expect((await explain(acme.owner, 'junk')).status).toBe(422)
    await expect
      .poll(async () => (await acme.events('agent.enroll', key.id)).map(({ cause }) => cause.request.id))
      .toContain(request_id)
  })

  test('is one of twenty that a reason, network and minute keeps; all are counted', async () => {
    const key = await acme.key()
    await acme.owner('POST', `/v1/keys/${key.id}/disable`)
    const ids: string[] = []
    for (let i = 0; i < 22; i++) ids.push((await enroll(key.code)).json.request_id)
    const kept = await Promise.all(
      ids.map(async (request_id) => (await acme.owner('POST', '/v1/explain', { request_id })).json.kept),
    )
    // The minute may have ended meanwhile.
    expect(kept.slice(0, 20)).toEqual(Array(20).fill(true))
    const counted = (await acme.owner('GET', `/v1/keys/${key.id}/refusals`)).json
    expect(counted.by_reason).toEqual([{ reason: 'key_disabled', count: 22 }])
    const sum = counted.items.reduce((all: number, { count }: Json) => all + count, 0)
    expect(sum).toBe(22)
    if (counted.items.length === 1) expect(kept.slice(20)).toEqual([false, false])
    expect((await other.owner('GET', `/v1/keys/${key.id}/refusals`)).status).toBe(404)
  })
})

test('a key is explained without a body, as with an empty one', async () => {
  const key = await acme.key()
  const [without, empty] = [
    await acme.owner('POST', `/v1/keys/${key.id}/explain`),
    await acme.owner('POST', `/v1/keys/${key.id}/explain`, {}),
  ]
  expect([without.status, without.json]).toEqual([200, empty.json])
})

test('a profile says where it was asked to be made, which cannot be changed', async () => {
  const made = await acme.owner('POST', '/v1/profiles', { name: 'far', location: 'oc' })
  expect([made.status, made.json.location]).toEqual([201, 'oc'])
  const key = await acme.key({ profile_id: made.json.id })
  expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(201)
  expect((await acme.owner('PATCH', `/v1/profiles/${made.json.id}`, { location: 'afr' })).status).toBe(422)
  expect((await acme.owner('POST', '/v1/profiles', { name: 'far', location: 'moon' })).status).toBe(422)
})

test('an agent that asks who it is gets its record only when that is asked for', async () => {
  const { access_token } = (await enroll((await acme.key()).code)).json
  const agent = clientOf(`Bearer ${access_token}`)
  expect((await agent('GET', '/v1/agents/self')).json).not.toHaveProperty('agent')
  expect((await agent('GET', '/v1/agents/self?fresh=1')).json.agent.hostname).toBe('host')
})
