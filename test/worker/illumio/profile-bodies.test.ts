import { beforeAll, describe, expect, test } from 'vitest'
import { eventsOf, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, expectStatus, type Json, makeLabel, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
let profiles: string
beforeAll(async () => {
  organization = await makeOrganization()
  profiles = orgPath(organization, '/pairing_profiles')
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

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
