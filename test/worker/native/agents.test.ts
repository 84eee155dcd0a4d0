import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const LONG_AGO = '2020-01-01T00:00:00Z'

async function enroll(key: Json, members: object = {}): Promise<Json> {
  return (await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim(), ...members })).json
}

async function listed(organization: Organization, query: string, count: number): Promise<Json[]> {
  return eventually(async () => {
    const { items } = (await organization.owner('GET', `/v1/agents?${query}`)).json
    return items.length === count ? items : undefined
  })
}

describe('listing agents', () => {
  test('shows each within a second of its redemption, and finds them by all that one may ask', async () => {
    const profile_id = await acme.profile()
    const one = await acme.key({ profile_id })
    const two = await acme.key({ profile_id })
    const web = (await enroll(one, { hostname: 'Web-1.example' })).agent
    const database = (await enroll(one, { hostname: 'db-1.example' })).agent
    const other = (await enroll(two, { hostname: 'web-2.example' })).agent
    const ids = async (query: string, count: number) =>
      (await listed(acme, `profile_id=${profile_id}&${query}`, count)).map((agent) => agent.id)
    expect(await ids('', 3)).toEqual([web.id, database.id, other.id])
    expect(await ids(`key_id=${one.id}`, 2)).toEqual([web.id, database.id])
    expect(await ids('hostname=WEB', 2)).toEqual([web.id, other.id])
    await acme.owner('POST', `/v1/agents/${database.id}/revoke`, { and_key: 'keep' })
    expect(await ids('state=revoked', 1)).toEqual([database.id])
    expect(await ids('state=active', 2)).toEqual([web.id, other.id])
    const { enrolled_at } = (await acme.owner('GET', `/v1/agents/${other.id}`)).json
    const since = (await acme.owner('GET', `/v1/agents?key_id=${two.id}&since=${enrolled_at}`)).json.items
    expect(since.map((agent: Json) => agent.id)).toEqual([other.id])
    expect(await ids(`key_id=${two.id}&until=${enrolled_at}`, 0)).toEqual([])
    expect(await ids(`since=${LONG_AGO}&until=${LONG_AGO}`, 0)).toEqual([])
    expect(await ids('since=2090-01-01T00:00:00%2B02:00', 0)).toEqual([])
    expect((await acme.owner('GET', '/v1/agents?key_id=key_134217729')).json.items).toEqual([])
  })

  test('pages show each one once', async () => {
    const key = await acme.key()
    const made = await Promise.all(Array.from({ length: 7 }, () => enroll(key)))
    await listed(acme, `key_id=${key.id}`, 7)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`
      const page = (await acme.owner('GET', `/v1/agents?key_id=${key.id}&limit=3${after}`)).json
      seen.push(...page.items.map((agent: Json) => agent.id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(seen.toSorted()).toEqual(made.map(({ agent }) => agent.id).toSorted())
  })

  test.each([
    'state=gone',
    'since=yesterday',
    'until=2020-01-01',
    'key_id=prf_134217729',
    'hostname=%00',
    'host=a',
  ])('refuses ?%s', async (query) => {
    expect((await acme.owner('GET', `/v1/agents?${query}`)).status).toBe(422)
  })
})

describe('getting an agent', () => {
  test('is by its whole id: another random half is another name', async () => {
    const { agent } = await enroll(await acme.key())
    const forged = agent.id.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'))
    expect((await acme.owner('GET', `/v1/agents/${agent.id.toUpperCase()}`)).json.id).toBe(agent.id)
    expect((await acme.owner('GET', `/v1/agents/${forged}`)).status).toBe(404)
    const revoked = await acme.owner('POST', `/v1/agents/${forged}/revoke`, { and_key: 'disable' })
    expect(revoked.status).toBe(404)
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('active')
  })
})

describe('revoking an agent', () => {
  test('and keeping its key: the claim does not come back, another one may', async () => {
    const key = await acme.key({ max_uses: 3 })
    const claim = newClaim()
    const { agent, access_token, refresh_token } = await enroll(key, { claim })
    const revoked = await acme.owner('POST', `/v1/agents/${agent.id}/revoke`, { and_key: 'keep' })
    expect(revoked.json).toEqual({
      agents: [agent.id],
      count: 1,
      dry_run: false,
      key: { enabled: true, uses_left: 2 },
    })
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('revoked')
    expect(await acme.events('agent.revoke', agent.id)).toHaveLength(1)
    expect((await anyone('POST', '/v1/enroll', { code: key.code, claim })).status).toBe(401)
    expect((await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).status).toBe(201)

    const gone = clientOf(`Bearer ${access_token}`)
    expect((await gone('GET', '/v1/agents/self')).status).toBe(200)
    expect((await gone('GET', '/v1/agents/self?fresh=1')).status).toBe(401)
    expect((await gone('POST', '/v1/agents/self/heartbeat')).status).toBe(401)
    expect((await gone('DELETE', '/v1/agents/self')).status).toBe(401)
    const form = { grant_type: 'refresh_token', refresh_token }
    expect((await anyone('POST', '/v1/token', undefined, { form })).status).toBe(400)
  })

  test('and disabling its key: no agent enrolls with it, and revoking again changes nothing', async () => {
    const key = await acme.key({ max_uses: 3 })
    const { agent } = await enroll(key)
    const path = `/v1/agents/${agent.id}/revoke`
    const revoked = await acme.owner('POST', path, { and_key: 'disable' })
    expect(revoked.json.key).toEqual({ enabled: false, uses_left: 2 })
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
    expect((await acme.owner('POST', path, { and_key: 'disable' })).json).toEqual(revoked.json)
    expect(await acme.events('agent.revoke', agent.id)).toHaveLength(1)
    expect(await acme.events('key.update', key.id)).toHaveLength(1)
  })

  test('an unlimited key says that it has no limit', async () => {
    const { agent } = await enroll(await acme.key())
    const revoked = await acme.owner('POST', `/v1/agents/${agent.id}/revoke`, { and_key: 'keep' })
    expect(revoked.json.key).toEqual({ enabled: true, uses_left: null })
  })

  test.each([[{}], [{ and_key: 'maybe' }], [{ and_key: 'keep', since: LONG_AGO }]])(
    'refuses %j',
    async (body) => {
      const { agent } = await enroll(await acme.key())
      expect((await acme.owner('POST', `/v1/agents/${agent.id}/revoke`, body)).status).toBe(422)
      expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('active')
    },
  )
})

describe('revoking what a leaked key enrolled', () => {
  test('a dry run only says it; the real one does it, and leaves all others', async () => {
    const profile_id = await acme.profile()
    const leaked = await acme.key({ profile_id, max_uses: 10 })
    const sound = await acme.key({ profile_id })
    const made = [await enroll(leaked), await enroll(leaked), await enroll(leaked)]
    const ids = made.map(({ agent }) => agent.id)
    const spared = (await enroll(sound)).agent.id
    await clientOf(`Bearer ${made[0].access_token}`)('DELETE', '/v1/agents/self')
    const ask = { since: LONG_AGO, and_key: 'disable' }
    const path = `/v1/keys/${leaked.id}/revoke-agents`

    const dry = await acme.owner('POST', path, { ...ask, dry_run: true })
    const expected = { agents: ids.slice(1), count: 2, key: { enabled: false, uses_left: 7 }, left_out: 0 }
    expect(dry.json).toEqual({ ...expected, dry_run: true })
    expect((await acme.owner('GET', `/v1/keys/${leaked.id}`)).json.enabled).toBe(true)
    expect((await acme.owner('GET', `/v1/agents/${ids[1]}`)).json.state).toBe('active')
    expect(await acme.events('agent.revoke', ids[1])).toEqual([])

    expect((await acme.owner('POST', path, ask)).json).toEqual({ ...expected, dry_run: false })
    const states: string[] = []
    for (const id of [...ids, spared]) states.push((await acme.owner('GET', `/v1/agents/${id}`)).json.state)
    expect(states).toEqual(['left', 'revoked', 'revoked', 'active'])
    expect((await acme.owner('GET', `/v1/keys/${leaked.id}`)).json.state).toBe('disabled')
    for (const id of ids.slice(1)) expect(await acme.events('agent.revoke', id)).toHaveLength(1)
    expect((await acme.owner('POST', path, ask)).json).toMatchObject({ agents: [], count: 0 })
  })

  test('since is where it begins', async () => {
    const key = await acme.key()
    const { agent } = await enroll(key)
    const { enrolled_at } = (await acme.owner('GET', `/v1/agents/${agent.id}`)).json
    const after = new Date(Date.parse(enrolled_at) + 1).toISOString()
    const ask = async (since: string) =>
      (
        await acme.owner('POST', `/v1/keys/${key.id}/revoke-agents`, {
          since,
          and_key: 'keep',
          dry_run: true,
        })
      ).json.agents
    expect(await ask(after)).toEqual([])
    expect(await ask(enrolled_at)).toEqual([agent.id])
  })

  test.each([
    [{ and_key: 'keep' }],
    [{ since: LONG_AGO }],
    [{ since: LONG_AGO, and_key: 'keep', dry_run: 'yes' }],
    [{ since: 0, and_key: 'keep' }],
  ])('refuses %j', async (body) => {
    const key = await acme.key()
    expect((await acme.owner('POST', `/v1/keys/${key.id}/revoke-agents`, body)).status).toBe(422)
  })
})
