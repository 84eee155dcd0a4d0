import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventsOf, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, errorOf, expectStatus, type Json, makeLabel, orgPath } from '../../support/pairing.ts'

let organization: Organization
let labels: string
beforeAll(async () => {
  organization = await makeOrganization()
  labels = orgPath(organization, '/labels')
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)
const unique = () => crypto.randomUUID()

test('a label’s life: made, read, changed, deleted, made again', async () => {
  const own = await makeOrganization()
  const body = { key: 'env', value: 'Prod', external_data_set: 's', external_data_reference: 'r' }
  const made = expectStatus(await own.owner.post(orgPath(own, '/labels'), body), 201)
  expect(made).toEqual({
    ...body,
    href: expect.stringMatching(new RegExp(`^/orgs/${own.id}/labels/[1-9][0-9]*$`)),
    deleted: false,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updated_at: made.created_at,
    created_by: { href: expect.stringMatching(/^\/users\/[0-9]+$/) },
    updated_by: made.created_by,
  })
  const href = API + made.href
  expect(await own.owner.put(href, { value: 'Production' })).toMatchObject({ status: 204, text: '' })
  expect(expectStatus(await own.owner.get(href), 200)).toMatchObject({ value: 'Production', key: 'env' })
  expect(await own.owner.delete(href)).toMatchObject({ status: 204, text: '' })
  expect(expectStatus(await own.owner.get(href), 200)).toMatchObject({ deleted: true })
  expect(errorOf(await own.owner.delete(href))).toBe(
    'label_already_deleted: Cannot delete a label that has already been deleted',
  )
  expect((await own.owner.put(href, { value: 'x' })).status).toBe(404)
  const again = expectStatus(await own.owner.post(orgPath(own, '/labels'), body), 201)
  expect(again.href).not.toBe(made.href)
  const types = (await eventsOf(own.id)).map(({ type }) => type).filter((type) => type.startsWith('label.'))
  expect(types).toEqual(['label.create', 'label.update', 'label.delete', 'label.create'])
})

test('{} changes nothing and leaves no event', async () => {
  const href = await makeLabel(organization, 'role', unique())
  const before = await read(href)
  const events = (await eventsOf(organization.id)).length
  expectStatus(await organization.owner.put(API + href, {}), 204)
  expect(await read(href)).toEqual(before)
  expect(await eventsOf(organization.id)).toHaveLength(events)
})

describe('refusals', () => {
  test.each([
    [{ key: 'team', value: 'x' }, 'label_key_not_supported: Label key is not supported'],
    [{ key: 'role', value: 'All Roles' }, 'label_value_reserved: Label value is reserved'],
    [{ key: 'app', value: 'All Applications' }, 'label_value_reserved: Label value is reserved'],
    [
      { key: 'role' },
      "input_validation_error: Input validation failed. Details: {The property '#/' did not contain a required property of 'value' in schema labels_post.schema.json}",
    ],
    [
      { key: 'role', value: 'x', color: 'red' },
      `input_validation_error: Input validation failed. Details: {The property '#/' contains additional properties ["color"] outside of the schema when none are allowed in schema labels_post.schema.json}`,
    ],
  ])('POST %j', async (body, error) => {
    const answer = await organization.owner.post(labels, body)
    expect([answer.status, errorOf(answer)]).toEqual([406, error])
  })

  test('key and value together are unique, also after a change', async () => {
    const value = unique()
    await makeLabel(organization, 'app', value)
    const duplicate = 'label_key_and_value_must_be_unique: Label key and value must be unique'
    expect(errorOf(await organization.owner.post(labels, { key: 'app', value }))).toBe(duplicate)
    const other = await makeLabel(organization, 'app', unique())
    expect(errorOf(await organization.owner.put(API + other, { value }))).toBe(duplicate)
    await makeLabel(organization, 'env', value)
  })

  test('an external reference names one label', async () => {
    const data = { external_data_set: unique(), external_data_reference: 'r' }
    expectStatus(await organization.owner.post(labels, { key: 'loc', value: unique(), ...data }), 201)
    const again = await organization.owner.post(labels, { key: 'loc', value: unique(), ...data })
    expect(errorOf(again)).toBe('external_data_reference_not_unique: External data reference must be unique')
  })

  test('the key can’t be changed', async () => {
    const href = await makeLabel(organization, 'role', unique())
    const answer = await organization.owner.put(API + href, { key: 'app' })
    expect([answer.status, errorOf(answer)]).toEqual([
      406,
      `input_validation_error: Input validation failed. Details: {The property '#/' contains additional properties ["key"] outside of the schema when none are allowed in schema labels_put.schema.json}`,
    ])
  })

  test.each(['00', '0', 'abc', '-1', '1.0', '01', '99999999999999999999', '17732923533262812', '__proto__'])(
    '/labels/%s is not there: no body, no type',
    async (id) => {
      const answer = await organization.owner.get(`${labels}/${id}`)
      expect(answer).toMatchObject({ status: 404, text: '' })
      expect(answer.headers.get('Content-Type')).toBeNull()
    },
  )
})

describe('filters', () => {
  let own: Organization
  beforeAll(async () => {
    own = await makeOrganization()
    for (const [key, value] of [
      ['role', 'Web'],
      ['role', 'Webserver'],
      ['app', 'Wéb shop'],
    ] as const) {
      await makeLabel(own, key, value)
    }
    const data = { external_data_set: 'set', external_data_reference: 'ref' }
    expectStatus(await own.owner.post(orgPath(own, '/labels'), { key: 'env', value: 'web', ...data }), 201)
    const gone = await makeLabel(own, 'loc', 'Webster')
    expectStatus(await own.owner.delete(API + gone), 204)
  })

  test.each([
    ['', ['Web', 'Webserver', 'Wéb shop', 'web']],
    ['key=role', ['Web', 'Webserver']],
    ['key=invalidvalue', []],
    ['key=ro', []],
    ['value=webs', ['Webserver']],
    ['value=web', ['Web', 'web', 'Webserver']],
    [`value=${encodeURIComponent('WÉB')}`, ['Wéb shop']],
    ['key=role&value=web&max_results=1', ['Web']],
    ['external_data_set=set', ['web']],
    ['external_data_reference=ref', ['web']],
    ['external_data_set=se', []],
    ['include_deleted=true&value=webs', ['Webserver', 'Webster']],
    ['include_deleted=false&value=webs', ['Webserver']],
    ['usage=true&key=env', ['web']],
    ['max_results=0', []],
  ])('?%s', async (query, values) => {
    const answer = await own.owner.get(orgPath(own, `/labels?${query}`))
    expect(expectStatus(answer, 200).map(({ value }: Json) => value)).toEqual(values)
    expect(Number(answer.headers.get('X-Total-Count'))).toBeGreaterThanOrEqual(values.length)
  })

  test('X-Total-Count counts what matches', async () => {
    const answer = await own.owner.get(orgPath(own, '/labels?value=web&max_results=0'))
    expect(answer.headers.get('X-Total-Count')).toBe('3')
  })

  test.each(['include_deleted=maybe', 'max_results=-1', `value=${'v'.repeat(1_025)}`])(
    '?%s is refused',
    async (query) => {
      expect((await own.owner.get(orgPath(own, `/labels?${query}`))).status).toBe(406)
    },
  )
})

test('all roles read labels; only owners and admins write them', async () => {
  const href = await makeLabel(organization, 'role', unique())
  for (const role of ['read_only', 'ruleset_viewer', 'workload_manager', 'global_object_provisioner']) {
    const member = await makeMember(organization.id, `illumio:${role}`)
    expect((await member.get(API + href)).status).toBe(200)
    expect((await member.post(labels, { key: 'role', value: unique() })).status).toBe(403)
  }
  const admin = await makeMember(organization.id, 'illumio:admin')
  expect((await admin.post(labels, { key: 'role', value: unique() })).status).toBe(201)
})

test('an organization has 25,000 labels at most; those that are deleted do not count', async () => {
  const full = await makeOrganization()
  const made = expectStatus(
    await full.owner.post(orgPath(full, '/labels'), { key: 'loc', value: 'first' }),
    201,
  )
  await env.DB.prepare(
    `INSERT INTO labels (organization_id, key, value, value_folded, created_at, created_by, updated_at, updated_by)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24999)
     SELECT organization_id, 'app', i, i, created_at, created_by, updated_at, updated_by FROM labels, n
     WHERE organization_id = ?`,
  )
    .bind(full.id)
    .run()
  const more = () => full.owner.post(orgPath(full, '/labels'), { key: 'loc', value: unique() })
  expect(errorOf(await more())).toBe('object_limit_hard_limit_reached: Object limit hard limit reached')
  expect((await full.owner.delete(API + made.href)).status).toBe(204)
  const atOnce = await Promise.all(Array.from({ length: 6 }, more))
  expect(atOnce.map(({ status }) => status).sort()).toEqual([201, 406, 406, 406, 406, 406])
  const recorded = (await eventsOf(full.id)).filter(({ type }) => type === 'label.create')
  expect(recorded, 'of those that were made').toHaveLength(2)
})
