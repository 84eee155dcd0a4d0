/** Every message of contract §7 that pairing profiles can give, as it stands there. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  errorOf,
  expectStatus,
  makeKey,
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

function expectError(answer: Answer, error: string): void {
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([406, 'application/json'])
  expect(errorOf(answer)).toBe(error)
}

describe('labels of a profile', () => {
  const invalid = (href: string) => `invalid_uri: Invalid URI: {${href}}`

  test('one that was never made, in POST and PUT, and nothing is changed', async () => {
    const good = await makeLabel(organization, 'role', crypto.randomUUID())
    const bad = `/orgs/${organization.id}/labels/999999999`
    const labels = [{ href: good }, { href: bad }]
    expectError(await organization.owner.post(profiles, { enabled: true, labels }), invalid(bad))
    const href = await makeProfile(organization)
    const before = await organization.owner.get(API + href)
    expectError(await organization.owner.put(API + href, { name: 'x', labels }), invalid(bad))
    expect((await organization.owner.get(API + href)).json).toEqual(before.json)
  })

  test('one that is deleted', async () => {
    const href = await makeLabel(organization, 'role', crypto.randomUUID())
    expectStatus(await organization.owner.delete(API + href), 204)
    expectError(await organization.owner.post(profiles, { enabled: true, labels: [{ href }] }), invalid(href))
  })

  test('one of another organization, and hrefs of no label', async () => {
    const other = await makeOrganization()
    const foreign = await makeLabel(other, 'role', 'Web')
    const disguised = foreign.replace(`/orgs/${other.id}/`, `/orgs/${organization.id}/`)
    for (const href of [
      foreign,
      disguised,
      '/orgs/1/pairing_profiles/1',
      'nonsense',
      '',
      '17732923533262812',
    ]) {
      expectError(
        await organization.owner.post(profiles, { enabled: true, labels: [{ href }] }),
        invalid(href),
      )
    }
  })

  test('two of one key (A19)', async () => {
    const labels = [
      { href: await makeLabel(organization, 'role', crypto.randomUUID()) },
      { href: await makeLabel(organization, 'role', crypto.randomUUID()) },
    ]
    expectError(
      await organization.owner.post(profiles, { enabled: true, labels }),
      'label_key_not_unique: Only one label may have the key role',
    )
  })

  test('one twice', async () => {
    const href = await makeLabel(organization, 'role', crypto.randomUUID())
    expectError(
      await organization.owner.post(profiles, { enabled: true, labels: [{ href }, { href }] }),
      "input_validation_error: Input validation failed. Details: {The property '#/labels' contained duplicated array values in schema pairing_profiles_post.schema.json}",
    )
  })
})

test('a PUT without a payload (A20)', async () => {
  const href = await makeProfile(organization)
  const answer = await organization.owner.ask('PUT', API + href)
  expectError(answer, 'input_validation_error: No payload provided for PUT request')
})

test('a POST without a payload', async () => {
  expectError(
    await organization.owner.ask('POST', profiles),
    "input_validation_error: Input validation failed. Details: {The property '#/' of type NilClass did not match the following type: object in schema pairing_profiles_post.schema.json}",
  )
})

test('a PUT names its own schema', async () => {
  const href = await makeProfile(organization)
  expectError(
    await organization.owner.put(API + href, { destinations: [] }),
    `input_validation_error: Input validation failed. Details: {The property '#/' contains additional properties ["destinations"] outside of the schema when none are allowed in schema pairing_profiles_put.schema.json}`,
  )
})

test('what can’t be read', async () => {
  expectError(
    await organization.owner.ask('POST', profiles, { raw: '{' }),
    "input_validation_error: Input validation failed. Details: {The payload can't be read: it is not JSON}",
  )
})

test('an empty name is one by omission only (A12)', async () => {
  expect(expectStatus(await organization.owner.post(profiles, { enabled: true }), 201)).toMatchObject({
    name: '',
  })
  expect((await organization.owner.post(profiles, { enabled: true, name: '' })).status).toBe(406)
})

describe('who may (§2.1)', () => {
  const statuses = async (role: string) => {
    const member = await makeMember(organization.id, `illumio:${role}`)
    const href = await makeProfile(organization)
    const code = await makeKey(organization.owner, href)
    expect(code).toHaveLength(81)
    const answers = [
      await member.get(profiles),
      await member.get(API + href),
      await member.post(profiles, { enabled: true }),
      await member.put(API + href, { name: 'x' }),
      await member.post(`${API}${href}/pairing_key`, {}),
      await member.delete(`${API}${href}/pairing_keys`),
      await member.delete(API + href),
    ]
    return answers.map(({ status }) => status)
  }

  test.each([
    ['owner', [200, 200, 201, 204, 201, 204, 204]],
    ['admin', [200, 200, 201, 204, 201, 204, 204]],
    ['workload_manager', [200, 200, 201, 204, 201, 204, 204]],
    ['read_only', [200, 200, 403, 403, 403, 403, 403]],
    ['global_object_provisioner', [200, 200, 403, 403, 403, 403, 403]],
    ['ruleset_manager', [403, 403, 403, 403, 403, 403, 403]],
    ['limited_ruleset_manager', [403, 403, 403, 403, 403, 403, 403]],
    ['ruleset_provisioner', [403, 403, 403, 403, 403, 403, 403]],
    ['ruleset_viewer', [403, 403, 403, 403, 403, 403, 403]],
    ['nonsense', [403, 403, 403, 403, 403, 403, 403]],
  ])('%s', async (role, expected) => {
    expect(await statuses(role)).toEqual(expected)
  })
})
