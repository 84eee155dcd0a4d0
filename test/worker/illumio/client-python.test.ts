/** What real clients do, request by request (contract §10). */
import { describe, expect, test } from 'vitest'
import { makeOrganization } from '../../support/organization.ts'
import { API, errorOf, expectStatus, type Json, orgPath } from '../../support/pairing.ts'

const unique = () => crypto.randomUUID().slice(0, 8)

describe('illumio-py (§10.1)', () => {
  test('must_connect, and organization 0 fails', async () => {
    const { owner, ...own } = await makeOrganization()
    expectStatus(await owner.get(`${API}/health`), 200)
    expectStatus(await owner.get(orgPath(own, '/settings/workloads')), 200)
    expect((await owner.get(`${API}/orgs/0/settings/workloads`)).status).toBe(403)
    const invalid = await owner.get(orgPath(own, '/invalid_endpoint'))
    expect([invalid.status, invalid.text, invalid.headers.get('Content-Type')]).toEqual([404, '', null])
  })

  test('its integration test of pairing profiles, as recorded', async () => {
    const { owner, ...own } = await makeOrganization()
    const set = `illumio-py-integration-${unique()}`
    const reference = unique()
    const label = expectStatus(
      await owner.post(orgPath(own, '/labels'), {
        external_data_set: set,
        external_data_reference: reference,
        key: 'env',
        value: `${set}-E-${reference}`,
      }),
      201,
    )
    const name = `${set}-PP-${reference}`
    const body = {
      name,
      description: 'Created by illumio python library integration tests',
      external_data_set: set,
      external_data_reference: reference,
      enabled: true,
      enforcement_mode: 'visibility_only',
      enforcement_mode_lock: true,
      visibility_level: 'flow_summary',
      visibility_level_lock: true,
      allowed_uses_per_key: 1,
      key_lifespan: 'unlimited',
      labels: [{ href: label.href }],
      role_label_lock: false,
      app_label_lock: false,
      env_label_lock: true,
      loc_label_lock: false,
    }
    const made = expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), body), 201)
    expect(made).toMatchObject(body)
    expect(expectStatus(await owner.get(API + made.href), 200)).toEqual(made)
    expect(expectStatus(await owner.get(orgPath(own, `/pairing_profiles?name=${name}`)), 200)).toEqual([made])
    expectStatus(await owner.put(API + made.href, { enforcement_mode: 'selective' }), 204)
    expect(expectStatus(await owner.get(API + made.href), 200)).toMatchObject({
      enforcement_mode: 'selective',
    })
    const key = expectStatus(await owner.post(`${API}${made.href}/pairing_key`, {}), 201)
    expect(key.activation_code).toMatch(/^1[0-9a-f]{80}$/)
    // update(reference, the whole decoded object)
    const whole = expectStatus(await owner.get(API + made.href), 200)
    expectStatus(await owner.put(API + made.href, { ...whole, description: 'changed' }), 204)
    expectStatus(await owner.delete(API + made.href), 204)
    expectStatus(await owner.delete(API + label.href), 204)
    for (const kind of ['labels', 'pairing_profiles', 'workloads']) {
      expect(expectStatus(await owner.get(orgPath(own, `/${kind}?external_data_set=${set}`)), 200)).toEqual(
        [],
      )
    }
    // Its sweeper asks for what is not here, too.
    const none = await owner.get(orgPath(own, '/sec_policy/draft/rule_sets?external_data_set=x'))
    expect([expectStatus(none, 200), none.headers.get('X-Total-Count')]).toEqual([[], '0'])
  })

  test('get_all: the count first, then as many', async () => {
    const { owner, ...own } = await makeOrganization()
    await owner.post(orgPath(own, '/pairing_profiles'), { enabled: true, name: 'x' })
    const first = await owner.get(orgPath(own, '/pairing_profiles?max_results=0'))
    expect(expectStatus(first, 200)).toEqual([])
    const count = first.headers.get('X-Total-Count')
    expect(count).toBe('2')
    const all = await owner.get(orgPath(own, `/pairing_profiles?max_results=${count}`))
    expect(expectStatus(all, 200)).toHaveLength(2)
  })

  test('its labels test', async () => {
    const { owner, ...own } = await makeOrganization()
    const prefix = unique()
    const hrefs = []
    for (const key of ['role', 'app', 'env', 'loc']) {
      const made = await owner.post(orgPath(own, '/labels'), { key, value: `${prefix}-${key}` })
      hrefs.push(expectStatus(made, 201).href)
    }
    expect(expectStatus(await owner.get(orgPath(own, `/labels?value=${prefix}`)), 200)).toHaveLength(4)
    expect(expectStatus(await owner.get(orgPath(own, `/labels?key=role&value=${prefix}`)), 200)).toHaveLength(
      1,
    )
    expectStatus(await owner.put(API + hrefs[0], { value: `${prefix}-R2` }), 204)
    expect(expectStatus(await owner.get(API + hrefs[0]), 200)).toMatchObject({ value: `${prefix}-R2` })
  })
})

describe('Ansible illumio.core (§10.2)', () => {
  test('state present twice is idempotent; a difference is a PUT; absent deletes; then 404 as it asserts', async () => {
    const { owner, ...own } = await makeOrganization()
    const name = `ansible-${unique()}`
    await owner.post(orgPath(own, '/pairing_profiles'), { enabled: true, name: `${name}-longer` })
    const find = async (): Promise<Json[]> =>
      expectStatus(await owner.get(orgPath(own, `/pairing_profiles?name=${name}&max_results=1`)), 200)
    const body = {
      name,
      description: '',
      enabled: true,
      enforcement_mode: 'idle',
      enforcement_mode_lock: true,
      visibility_level: 'flow_summary',
      visibility_level_lock: true,
      allowed_uses_per_key: 'unlimited',
      key_lifespan: 'unlimited',
      labels: [],
      role_label_lock: true,
      app_label_lock: true,
      env_label_lock: true,
      loc_label_lock: true,
    }
    expect((await find())[0]?.name).not.toBe(name)
    const made = expectStatus(await owner.post(orgPath(own, '/pairing_profiles'), body), 201)
    const [found] = await find()
    expect(found).toEqual(made)
    expect(found).toMatchObject({ ...body, external_data_set: null, external_data_reference: null })
    expect(found.agent_software_release).toMatch(/^(?:Default \()?([a-zA-Z0-9.-]+)\)?$/)
    expectStatus(await owner.put(API + made.href, { ...body, enabled: false, key_lifespan: '120' }), 204)
    expect(expectStatus(await owner.get(API + made.href), 200)).toMatchObject({
      enabled: false,
      key_lifespan: 120,
    })
    expectStatus(await owner.delete(API + made.href), 204)
    const gone = await owner.get(API + made.href)
    expect([gone.status, gone.text, gone.headers.get('Content-Type')]).toEqual([404, '', null])
  })

  test('a label of an invalid key: an empty list, then the refusal that it expects', async () => {
    const { owner, ...own } = await makeOrganization()
    expect(
      expectStatus(await owner.get(orgPath(own, '/labels?key=invalid&value=x&max_results=1')), 200),
    ).toEqual([])
    const refused = await owner.post(orgPath(own, '/labels'), { key: 'invalid', value: 'x' })
    expect([refused.status, errorOf(refused)]).toEqual([
      406,
      'label_key_not_supported: Label key is not supported',
    ])
    expect((await owner.get(orgPath(own, '/labels/00'))).status).toBe(404)
  })
})
