/** What real clients do, request by request (contract §10). */
import { describe, expect, test } from 'vitest'
import { makeOrganization } from '../../support/organization.ts'
import { API, activate, expectStatus, type Json, orgPath } from '../../support/pairing.ts'

const unique = () => crypto.randomUUID().slice(0, 8)

describe('Terraform (§10.3)', () => {
  test('the acceptance steps: create, refresh, two updates, import, delete', async () => {
    const { owner, ...own } = await makeOrganization()
    const labels = []
    for (const key of ['role', 'env']) {
      labels.push(expectStatus(await owner.post(orgPath(own, '/labels'), { key, value: unique() }), 201))
    }
    const refs = labels.map(({ href }) => ({ href }))
    const locks = { role_label_lock: true, app_label_lock: true, env_label_lock: true, loc_label_lock: true }
    const fixed = { ...locks, log_traffic: false, log_traffic_lock: true, visibility_level_lock: true }
    const config = {
      enforcement_mode: 'visibility_only',
      enforcement_mode_lock: true,
      visibility_level: 'flow_summary',
    }
    const body = {
      ...fixed,
      ...config,
      name: 'TF-ACC-PPL',
      description: 'a',
      enabled: false,
      labels: refs.slice(0, 1),
    }
    const { href } = expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), body), 201)
    const refresh = async (): Promise<Json> => expectStatus(await owner.get(API + href), 200)
    expect(await refresh()).toMatchObject(body)
    expectStatus(await owner.put(API + href, { ...body, enabled: true, labels: refs }), 204)
    expect(await refresh()).toMatchObject({ enabled: true, labels: refs })
    expectStatus(
      await owner.put(API + href, { ...body, labels: [], enabled: false, enforcement_mode: 'idle' }),
      204,
    )
    for (const label of labels) expectStatus(await owner.delete(API + label.href), 204)
    expect(await refresh()).toMatchObject({ labels: [], enabled: false, enforcement_mode: 'idle' })
    expectStatus(await owner.put(API + href, { name: 'TF-ACC-PPL 2', description: '', labels: [] }), 204)
    const imported = await refresh()
    expect(await refresh()).toEqual(imported)
    expect(imported).toMatchObject({ name: 'TF-ACC-PPL 2', description: '' })
    expectStatus(await owner.delete(API + href), 204)
  })

  test('pairing_keys on a disabled profile: two codes, and destroy', async () => {
    const { owner, ...own } = await makeOrganization()
    const body = { name: 'TF', enabled: false }
    const { href } = expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), body), 201)
    for (let i = 0; i < 2; i++) expectStatus(await owner.post(`${API}${href}/pairing_key`, {}), 201)
    expectStatus(await owner.delete(`${API}${href}/pairing_keys`), 204)
  })

  test('the list data source finds exactly its two', async () => {
    const { owner, ...own } = await makeOrganization()
    for (const name of ['TF-ACC-PPL-1', 'TF-ACC-PPL-2', 'other']) {
      expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), { name, enabled: true }), 201)
    }
    expect(
      expectStatus(await owner.get(orgPath(own, '/pairing_profiles?name=TF-ACC-PPL')), 200),
    ).toHaveLength(2)
  })

  test('a Content-Type on a request without a body is no body', async () => {
    const { owner, ...own } = await makeOrganization()
    const headers = { 'Content-Type': 'application/json' }
    expectStatus(await owner.ask('GET', orgPath(own, '/pairing_profiles'), { headers }), 200)
  })
})

test('Go (§10.4): the old form, limits as text, whole labels, doubled slashes', async () => {
  const { owner, ...own } = await makeOrganization()
  const label = expectStatus(await owner.post(orgPath(own, '/labels'), { key: 'role', value: 'Web' }), 201)
  const body = {
    name: 'go',
    ven_type: 'server',
    description: '',
    enabled: true,
    mode: 'enforced',
    mode_lock: true,
    visibility_level: 'flow_summary',
    visibility_level_lock: true,
    labels: [label],
    allowed_uses_per_key: '10',
    key_lifespan: '3600',
    app_label_lock: true,
    env_label_lock: true,
    loc_label_lock: true,
    role_label_lock: true,
    log_traffic: false,
    log_traffic_lock: true,
  }
  const doubled = `/api/v2//orgs/${own.id}//pairing_profiles`
  const made = expectStatus(await owner.post(doubled, body), 201)
  expect(made).toMatchObject({
    mode: 'enforced',
    enforcement_mode: 'full',
    allowed_uses_per_key: 10,
    key_lifespan: 3_600,
    labels: [{ href: label.href }],
  })
  const { activation_code } = expectStatus(await owner.post(`${API}${made.href}/pairing_key`, {}), 201)
  expectStatus(await activate(activation_code), 201)
})

test('code7a (§10.5): profiles in both forms, with a null release', async () => {
  const { owner, ...own } = await makeOrganization()
  const body = {
    name: 'unit_test',
    description: '',
    enforcement_mode: 'visibility_only',
    visibility_level: 'flow_summary',
    allowed_uses_per_key: 'unlimited',
    key_lifespan: 'unlimited',
    app_label_lock: true,
    env_label_lock: true,
    loc_label_lock: true,
    role_label_lock: true,
    enforcement_mode_lock: true,
    visibility_level_lock: true,
    enabled: true,
    ven_type: 'server',
    agent_software_release: null,
  }
  expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), body), 201)
  const all = expectStatus(await owner.get(orgPath(own, '/pairing_profiles')), 200)
  const { href } = all.find(({ name }: Json) => name === 'unit_test')
  expectStatus(await owner.put(API + href, { description: 'unit_test', agent_software_release: null }), 204)
  expectStatus(await owner.post(`${API}${href}/pairing_key`, {}), 201)
  expectStatus(await owner.delete(API + href), 204)
})
