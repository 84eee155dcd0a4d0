import { beforeAll, expect, test } from 'vitest'
import { makeLedger } from '../../support/ledger.ts'
import { eventsOf, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, expectStatus, type Json, makeLabel, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
let profiles: string
beforeAll(async () => {
  organization = await makeOrganization()
  profiles = orgPath(organization, '/pairing_profiles')
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

test('an organization starts with one profile, its default', async () => {
  const fresh = await makeOrganization()
  const [only, ...more] = expectStatus(await fresh.owner.get(orgPath(fresh, '/pairing_profiles')), 200)
  expect(more).toEqual([])
  expect(only).toMatchObject({
    name: 'Default',
    is_default: true,
    enabled: true,
    created_by: { href: '/users/0' },
  })
})

test('labels come back as hrefs only, in the order of the request', async () => {
  const one = await makeLabel(organization, 'role', crypto.randomUUID())
  const two = await makeLabel(organization, 'app', crypto.randomUUID())
  // The Go client posts whole labels.
  const labels = [{ href: two, key: 'app', value: 'x' }, { href: one }]
  const href = await makeProfile(organization, { labels })
  expect((await read(href)).labels).toEqual([{ href: two }, { href: one }])
})

test('a label keeps its place in a profile: it cannot be deleted', async () => {
  const label = await makeLabel(organization, 'role', crypto.randomUUID())
  const href = await makeProfile(organization, { labels: [{ href: label }] })
  expect((await organization.owner.delete(API + label)).status).toBe(406)
  expect((await read(href)).labels).toEqual([{ href: label }])
})

test('names may repeat (A3)', async () => {
  const [one, two] = [
    await makeProfile(organization, { name: 'twin' }),
    await makeProfile(organization, { name: 'twin' }),
  ]
  expect(one).not.toBe(two)
})

test('a profile of the native dialect is none of Illumio’s', async () => {
  const { id } = await makeLedger({ organization: organization.id, dialect: 'native' })
  const href = `${profiles}/${id}`
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect((await organization.owner.ask(method, href, method === 'PUT' ? { body: {} } : {})).status).toBe(
      404,
    )
  }
  expect((await organization.owner.post(`${href}/pairing_key`, {})).status).toBe(404)
  expect((await organization.owner.delete(`${href}/pairing_keys`)).status).toBe(404)
})

test('every write leaves its event, and who did it', async () => {
  const own = await makeOrganization()
  const href = await makeProfile(own)
  expectStatus(await own.owner.put(API + href, { name: 'b' }), 204)
  expectStatus(await own.owner.delete(API + href), 204)
  const events = (await eventsOf(own.id)).filter(({ text }) => text.includes('"kind":"principal"'))
  expect(events.map(({ type }) => type)).toEqual(['profile.create', 'profile.update', 'profile.delete'])
  for (const { text } of events) expect(text).toContain(own.owner.username.slice('api_'.length))
})

test('caps say what the caller may', async () => {
  const reader = await makeMember(organization.id, 'illumio:read_only')
  const manager = await makeMember(organization.id, 'illumio:workload_manager')
  const [seen] = expectStatus(await reader.get(`${profiles}?max_results=1`), 200)
  expect(seen.caps).toEqual([])
  const [managed] = expectStatus(await manager.get(`${profiles}?max_results=1`), 200)
  expect(managed.caps).toEqual(['write', 'generate_pairing_key'])
})
