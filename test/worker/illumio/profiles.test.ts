import { beforeAll, describe, expect, test } from 'vitest'
import { makeLedger } from '../../support/ledger.ts'
import { eventsOf, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  errorOf,
  expectStatus,
  type Json,
  makeLabel,
  makeProfile,
  orgPath,
} from '../../support/pairing.ts'

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

describe('the seed’s own bodies', () => {
  /** seed 000, request of "Create a Pairing Profile": read-only members and all. */
  async function seedBody() {
    const labels = []
    for (const key of ['role', 'app', 'env', 'loc']) {
      labels.push({ href: await makeLabel(organization, key, crypto.randomUUID()) })
    }
    return {
      href: '/orgs/2/pairing_profiles/12375',
      name: 'Limited Pairing',
      description: '',
      total_use_count: 0,
      enabled: true,
      is_default: false,
      created_at: '2015-11-01T01:20:06.135Z',
      updated_at: '2015-11-01T01:20:06.135Z',
      created_by: { href: '/users/18' },
      updated_by: { href: '/users/18' },
      mode: 'illuminated',
      key_lifespan: 'unlimited',
      allowed_uses_per_key: 'unlimited',
      last_pairing_at: null,
      labels,
      env_label_lock: false,
      loc_label_lock: false,
      role_label_lock: false,
      app_label_lock: false,
      mode_lock: true,
      log_traffic: false,
      log_traffic_lock: true,
      visibility_level: 'flow_summary',
      visibility_level_lock: true,
    }
  }
  const READ_ONLY = ['href', 'created_at', 'updated_at', 'created_by', 'updated_by']
  const writable = (body: Json) =>
    Object.fromEntries(Object.entries(body).filter(([name]) => !READ_ONLY.includes(name)))

  test('create answers with what was sent, in both generations, and its own read-only members', async () => {
    const body = await seedBody()
    const made = expectStatus(await organization.owner.post(profiles, body), 201)
    expect(made).toMatchObject({
      ...writable(body),
      enforcement_mode: 'visibility_only',
      enforcement_mode_lock: true,
      agent_software_release: 'Default (21.5.20-8451)',
      external_data_set: null,
    })
    expect(made.href).toMatch(new RegExp(`^/orgs/${organization.id}/pairing_profiles/[1-9][0-9]*$`))
    expect(made.created_at).not.toBe(body.created_at)
    expect(await read(made.href)).toEqual(made)
  })

  test('update: "one_use" is 1, and the old lock is the new one', async () => {
    const body = await seedBody()
    const { href } = expectStatus(await organization.owner.post(profiles, body), 201)
    const answer = await organization.owner.put(API + href, {
      ...body,
      allowed_uses_per_key: 'one_use',
      mode_lock: false,
    })
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await read(href)).toMatchObject({
      ...writable(body),
      allowed_uses_per_key: 1,
      mode_lock: false,
      enforcement_mode_lock: false,
    })
  })

  test('delete', async () => {
    const href = await makeProfile(organization)
    expect(await organization.owner.delete(API + href)).toMatchObject({ status: 204, text: '' })
    for (const method of ['GET', 'DELETE']) {
      expect((await organization.owner.ask(method, API + href)).status).toBe(404)
    }
    expect((await organization.owner.put(API + href, { name: 'x' })).status).toBe(404)
  })
})

describe('read, change, write back', () => {
  test.each([
    [{ enforcement_mode: 'full' }, { mode: 'enforced', enforcement_mode: 'full' }],
    [{ mode: 'selective' }, { mode: 'selective', enforcement_mode: 'selective' }],
    [{ enforcement_mode_lock: false }, { mode_lock: false, enforcement_mode_lock: false }],
    [{ name: 'renamed' }, { name: 'renamed' }],
    [{ labels: [] }, { labels: [] }],
    [
      { allowed_uses_per_key: 5, key_lifespan: '60' },
      { allowed_uses_per_key: 5, key_lifespan: 60 },
    ],
    [{ external_data_set: 'set' }, { external_data_set: 'set', external_data_reference: null }],
  ])('%j', async (edit, expected) => {
    const href = await makeProfile(organization, {
      name: 'before',
      enforcement_mode: 'idle',
      labels: [{ href: await makeLabel(organization, 'role', crypto.randomUUID()) }],
    })
    const before = await read(href)
    expectStatus(await organization.owner.put(API + href, { ...before, ...edit }), 204)
    expect(await read(href)).toEqual({ ...before, ...expected, updated_at: expect.any(String) })
  })

  test('{} changes nothing: no event, and updated_at stays', async () => {
    const href = await makeProfile(organization)
    const before = await read(href)
    const events = await eventsOf(organization.id)
    expectStatus(await organization.owner.put(API + href, {}), 204)
    expect(await read(href)).toEqual(before)
    expect(await eventsOf(organization.id)).toEqual(events)
  })

  test('changes at once lose nothing of each other', async () => {
    const href = await makeProfile(organization)
    const edits = [
      { enforcement_mode: 'full' },
      { visibility_level: 'flow_off' },
      { role_label_lock: false },
      { env_label_lock: false },
      { external_data_set: 'a' },
      { external_data_reference: 'b' },
      { agent_software_release: '17.2.0' },
      { log_traffic: true },
    ]
    const answers = await Promise.all(edits.map((edit) => organization.owner.put(API + href, edit)))
    expect(answers.map(({ status }) => status)).toEqual(edits.map(() => 204))
    expect(await read(href)).toMatchObject(Object.assign({}, ...edits))
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

test('a label that is deleted keeps its place in a profile', async () => {
  const label = await makeLabel(organization, 'role', crypto.randomUUID())
  const href = await makeProfile(organization, { labels: [{ href: label }] })
  expectStatus(await organization.owner.delete(API + label), 204)
  expect((await read(href)).labels).toEqual([{ href: label }])
})

test('names may repeat (A3)', async () => {
  const [one, two] = [
    await makeProfile(organization, { name: 'twin' }),
    await makeProfile(organization, { name: 'twin' }),
  ]
  expect(one).not.toBe(two)
})

test('an external reference names one profile: set and reference together (A18)', async () => {
  const data = { external_data_set: crypto.randomUUID(), external_data_reference: 'r' }
  const first = await makeProfile(organization, data)
  const body = { enabled: true, ...data }
  const again = await organization.owner.post(profiles, body)
  expect([again.status, errorOf(again)]).toEqual([
    406,
    'external_data_reference_not_unique: External data reference must be unique',
  ])
  const second = await makeProfile(organization, { external_data_set: data.external_data_set })
  const taken = await organization.owner.put(API + second, { external_data_reference: 'r' })
  expect(taken.status).toBe(406)
  expectStatus(await organization.owner.delete(API + first), 204)
  expectStatus(await organization.owner.put(API + second, { external_data_reference: 'r' }), 204)
})

test('of many at once that want one external reference at most one gets it', async () => {
  const data = { external_data_set: crypto.randomUUID(), external_data_reference: 'r' }
  const holders = async (): Promise<Json[]> => {
    const found = await organization.owner.get(`${profiles}?external_data_set=${data.external_data_set}`)
    return expectStatus(found, 200)
  }
  const attempts = Array.from({ length: 20 }, () =>
    organization.owner.post(profiles, { enabled: true, ...data }),
  )
  const made = (await Promise.all(attempts)).filter(({ status }) => status === 201)
  expect(made.length).toBeLessThanOrEqual(1)
  expect(await holders()).toHaveLength(made.length)
  for (const { href } of await holders()) expectStatus(await organization.owner.delete(API + href), 204)
  const others = await Promise.all(Array.from({ length: 10 }, () => makeProfile(organization)))
  const puts = await Promise.all(others.map((href) => organization.owner.put(API + href, data)))
  const changed = puts.filter(({ status }) => status === 204)
  expect(changed.length).toBeLessThanOrEqual(1)
  expect(await holders()).toHaveLength(changed.length)
  for (const { href } of await holders()) expectStatus(await organization.owner.delete(API + href), 204)
  expectStatus(await organization.owner.post(profiles, { enabled: true, ...data }), 201)
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
