/** What operators change of workloads and VENs, and the releases of VEN software (contract §5.4, §5.5). */
import { describe, expect, test } from 'vitest'
import { makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  errorOf,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
  orgPath,
  pair,
} from '../../support/pairing.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

async function get({ owner }: Organization, ref: { href: string }): Promise<Json> {
  return expectStatus(await owner.get(API + ref.href), 200)
}

async function hrefs(organization: Organization, collection: string, query: string): Promise<string[]> {
  const found = await organization.owner.get(orgPath(organization, `/${collection}?${query}`))
  return expectStatus(found, 200).map(({ href }: Json) => href)
}

/** Two machines, both of which are in the lists. */
async function pairTwo(organization: Organization): Promise<[Json, Json]> {
  const first = await pair(organization, { hostname: 'web-01' })
  const second = await pair(organization, { hostname: 'db-01' })
  await eventually(async () => expect(await hrefs(organization, 'vens', '')).toHaveLength(2))
  return [first, second]
}

describe('PUT of a workload', () => {
  test('changes what is named and nothing else, at once in lists too', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    const [{ workload, ven }] = await pairTwo(organization)
    const label = await makeLabel(organization, 'app', 'Shop')
    const before = await get(organization, workload)
    expect(before).toMatchObject({
      name: null,
      labels: [],
      enforcement_mode: 'visibility_only',
      caps: ['write'],
    })
    const change = {
      name: 'Web Ä',
      description: 'first\nsecond',
      enforcement_mode: 'full',
      visibility_level: 'flow_drops',
      labels: [{ href: label }],
      external_data_set: 'set',
      external_data_reference: 'ref',
      data_center: 'Wien',
    }
    expectStatus(await owner.put(API + workload.href, change), 204)
    const after = await get(organization, workload)
    const config = { ...before.agent.config, mode: 'enforced', visibility_level: 'flow_drops' }
    const { updated_at, updated_by } = after
    expect(after).toEqual({
      ...before,
      ...change,
      labels: [{ href: label, key: 'app', value: 'Shop' }],
      updated_at,
      updated_by,
      agent: { ...before.agent, config },
    })
    expect(updated_by.href).toMatch(/^\/users\/\d+$/)
    expect(updated_at >= before.updated_at).toBe(true)
    for (const query of [
      'name=web%20%C3%A4',
      'name=WEB-',
      'hostname=web-01',
      'external_data_set=set',
      'external_data_set=set&external_data_reference=ref',
      'enforcement_mode=full',
      'visibility_level=flow_drops',
      `labels=${encodeURIComponent(JSON.stringify([[label]]))}`,
    ]) {
      expect([query, await hrefs(organization, 'workloads', query)]).toEqual([query, [workload.href]])
    }
    expect(await hrefs(organization, 'workloads', 'hostname=web%20%C3%A4')).toEqual([])
    // The VEN has a name of its own.
    expect((await get(organization, ven)).name).toBeNull()
    expect(await hrefs(organization, 'vens', 'name=web%20%C3%A4')).toEqual([])
  })

  test('a whole object, read, changed in one member and sent back', async () => {
    const organization = await makeOrganization()
    const { workload } = await pair(organization)
    const whole = await get(organization, workload)
    expectStatus(await organization.owner.put(API + workload.href, { ...whole, description: 'd' }), 204)
    const { updated_at, updated_by } = await get(organization, workload)
    expect(await get(organization, workload)).toEqual({ ...whole, description: 'd', updated_at, updated_by })
    // Nothing changed: no second event, and the updating user stays.
    expectStatus(await organization.owner.put(API + workload.href, { description: 'd' }), 204)
    expect((await get(organization, workload)).updated_at).toBe(updated_at)
    const path = orgPath(organization, '/events?event_type=agent.update')
    const events = expectStatus(await organization.owner.get(path), 200)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ status: 'success', created_by: { user: updated_by } })
  })

  test('what it may not be is refused, and nothing is changed', async () => {
    const organization = await makeOrganization()
    const { workload } = await pair(organization)
    const before = await get(organization, workload)
    for (const [body, token] of [
      [{ name: 1 }, 'input_validation_error'],
      [{ enforcement_mode: 'none' }, 'input_validation_error'],
      [{ nothing: 1 }, 'input_validation_error'],
      [{ labels: [{ href: orgPath(organization, '/labels/999999999').slice(API.length) }] }, 'invalid_uri'],
    ] as const) {
      expectArray(await organization.owner.put(API + workload.href, { name: 'x', ...body }), 406, token)
    }
    expect(await get(organization, workload)).toEqual(before)
  })

  test('20 changes of different members at once: none is lost', async () => {
    const organization = await makeOrganization()
    const { workload } = await pair(organization)
    const members = ['name', 'description', 'data_center', 'data_center_zone', 'service_provider']
    const changes = [...members, ...members, ...members, ...members]
    const answers = await Promise.all(
      changes.map((member) => organization.owner.put(API + workload.href, { [member]: member })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
    const after = await get(organization, workload)
    for (const member of members) expect(after[member]).toBe(member)
  })
})

describe('PUT of a VEN', () => {
  test('suspends it and lets it be active again; the machine keeps its identity', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    const [{ ven, workload }, other] = await pairTwo(organization)
    expectStatus(await owner.put(API + ven.href, { status: 'suspended', name: 'v', description: 'd' }), 204)
    expect(await get(organization, ven)).toMatchObject({ status: 'suspended', name: 'v', description: 'd' })
    expect((await get(organization, workload)).agent.status.status).toBe('suspended')
    expect(await hrefs(organization, 'vens', 'status=suspended')).toEqual([ven.href])
    expect(await hrefs(organization, 'vens', 'status=active')).toEqual([other.ven.href])
    expect(await hrefs(organization, 'vens', 'status=stopped')).toEqual([])
    expect(await hrefs(organization, 'vens', 'name=V')).toEqual([ven.href])
    expectStatus(
      await owner.put(API + ven.href, { ...(await get(organization, ven)), status: 'active' }),
      204,
    )
    expect((await get(organization, ven)).status).toBe('active')
    expect(await hrefs(organization, 'vens', 'status=active')).toHaveLength(2)
    expectArray(await owner.put(API + ven.href, { status: 'stopped' }), 406, 'input_validation_error')
    expectArray(
      await owner.put(API + ven.href, { target_pce_fqdn: 'b.example' }),
      406,
      'input_validation_error',
    )
  })

  test('one that was unpaired is gone, and so is one that never was', async () => {
    const organization = await makeOrganization()
    const { ven, workload } = await pair(organization)
    expectStatus(await organization.owner.put(orgPath(organization, '/vens/unpair'), { vens: [ven] }), 200)
    for (const { href } of [ven, workload]) {
      expectNoBody(await organization.owner.put(API + href, { name: 'x' }), 404)
    }
  })
})

describe('PUT workloads/unpair, the old form', () => {
  test('unpairs all or none', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    const [first, second] = await pairTwo(organization)
    const path = orgPath(organization, '/workloads/unpair')
    const unknown = first.workload.href.replace(/.{12}$/, '000000000000')
    const refused = await owner.put(path, { workloads: [first.workload, { href: unknown }] })
    expect([refused.status, errorOf(refused)]).toEqual([406, `invalid_uri: Invalid URI: {${unknown}}`])
    expectArray(await owner.put(path, { workloads: [first.ven] }), 406, 'invalid_uri')
    const both = { workloads: [first.workload, second.workload], ip_table_restore: 'saved' }
    expectStatus(await owner.put(path, both), 200)
    expectStatus(await owner.put(path, both), 200)
    for (const { href } of [first.ven, second.workload]) expectNoBody(await owner.get(API + href), 404)
    expectArray(await owner.put(path, { workloads: [] }), 406, 'input_validation_error')
  })
})

test('filters that every machine, or none, passes', async () => {
  const organization = await makeOrganization()
  await pairTwo(organization)
  const endpoint = await makeProfile(organization, { ven_type: 'endpoint' })
  const { ven } = expectStatus(await activate(await makeKey(organization.owner, endpoint)), 201)
  await eventually(async () =>
    expect(await hrefs(organization, 'vens', 'ven_type=endpoint')).toEqual([ven.href]),
  )
  expect(await hrefs(organization, 'workloads', 'managed=True')).toHaveLength(3)
  expect(await hrefs(organization, 'workloads', 'managed=false')).toEqual([])
})

describe('releases of VEN software', () => {
  test('there is one, it is the default, and profiles name it', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    const path = orgPath(organization, '/software/ven/releases')
    const [release, ...more] = expectStatus(await owner.get(path), 200)
    expect(more).toEqual([])
    expect(release).toEqual({
      href: `${path.slice(API.length)}/21.5.20-8451`,
      release: '21.5.20-8451',
      default: true,
      ven_type: 'server',
      ven_types: ['server'],
      default_release_ven_types: ['server'],
      images: [],
      org_id: organization.id,
    })
    const profile = await get(organization, { href: await makeProfile(organization) })
    expect(profile.agent_software_release).toBe(`Default (${release.release})`)
    expect(await get(organization, release)).toEqual(release)
    expect(expectStatus(await owner.get(`${path}?ven_type=endpoint`), 200)).toEqual([])
    expect(expectStatus(await owner.get(`${path}?ven_type=all`), 200)).toEqual([release])
    expect(expectStatus(await owner.get(`${path}/21.5.20-8451/images`), 200)).toEqual([])
    expectNoBody(await owner.get(`${path}/1.0`), 404)
    expectNoBody(await owner.get(`${path}/1.0/images`), 404)
    for (const name of ['default', 'defaults']) {
      expectStatus(await owner.put(`${path}/${name}`, { release: { href: release.href } }), 204)
      const both = ['server', 'endpoint'].map((ven_type) => ({ href: release.href, ven_type }))
      expectStatus(await owner.put(`${path}/${name}`, both), 204)
      const other = { release: { href: `${release.href}9` } }
      expectArray(await owner.put(`${path}/${name}`, other), 406, 'invalid_uri')
      const reader = await makeMember(organization.id, 'illumio:read_only')
      expectArray(await reader.put(`${path}/${name}`, other), 403, 'authorization_error')
    }
  })
})
