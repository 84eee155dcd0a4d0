import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventsOf, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, activate, errorOf, expectStatus, makeKey, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

test('a key is shown once, as 81 hexadecimal digits, and every one is another', async () => {
  const href = await makeProfile(organization)
  const codes = [await makeKey(organization.owner, href), await makeKey(organization.owner, href)]
  for (const code of codes) expect(code).toMatch(/^1[0-9a-f]{80}$/)
  expect(codes[0]).not.toBe(codes[1])
})

test('nothing of a code is at rest: D1 has neither it nor its secret', async () => {
  const code = await makeKey(organization.owner, await makeProfile(organization))
  const { results } = await env.DB.prepare(
    'SELECT record FROM keys UNION ALL SELECT record FROM events',
  ).all()
  const stored = JSON.stringify(results)
  expect(stored).not.toContain(code)
  expect(stored).not.toContain(code.slice(17))
})

test('a key of a disabled profile can be made; it pairs no machine until the profile is enabled', async () => {
  const href = await makeProfile(organization, { enabled: false })
  const code = await makeKey(organization.owner, href)
  expect((await activate(code)).status).toBe(401)
  expectStatus(await organization.owner.put(API + href, { enabled: true }), 204)
  expect((await activate(code)).status).toBe(201)
})

test('the profile remembers when its last key was made and by whom, which is no change of it', async () => {
  const href = await makeProfile(organization)
  const before = expectStatus(await organization.owner.get(API + href), 200)
  await makeKey(organization.owner, href)
  const after = expectStatus(await organization.owner.get(API + href), 200)
  expect(after).toEqual({
    ...before,
    last_pairing_key_generated_at: expect.stringMatching(/Z$/),
    last_pairing_key_generated_by: before.created_by,
  })
})

describe('the body is {} exactly', () => {
  test.each([
    [
      'null',
      "{The property '#/' of type NilClass did not match the following type: object in schema pairing_profiles_pairing_key_post.schema.json}",
    ],
    [
      '[]',
      "{The property '#/' of type Array did not match the following type: object in schema pairing_profiles_pairing_key_post.schema.json}",
    ],
    [
      '"x"',
      "{The property '#/' of type String did not match the following type: object in schema pairing_profiles_pairing_key_post.schema.json}",
    ],
    [
      '',
      "{The property '#/' of type NilClass did not match the following type: object in schema pairing_profiles_pairing_key_post.schema.json}",
    ],
    [
      '{"uses":1}',
      `{The property '#/' contains additional properties ["uses"] outside of the schema when none are allowed in schema pairing_profiles_pairing_key_post.schema.json}`,
    ],
  ])('%s is refused', async (raw, details) => {
    const href = await makeProfile(organization)
    const answer = await organization.owner.ask('POST', `${API}${href}/pairing_key`, { raw })
    expect([answer.status, errorOf(answer)]).toEqual([
      406,
      `input_validation_error: Input validation failed. Details: ${details}`,
    ])
  })
})

test('at 5,000 live keys there are no more, and clients read "hard limit reached"', async () => {
  const own = await makeOrganization()
  const href = await makeProfile(own)
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
     INSERT INTO keys (ledger, n, profile, organization_id, dialect, is_live, expires_at, record, version)
     SELECT 900000000, i, 1, ?, 'illumio', 1, ?, '{}', 1 FROM n`,
  )
    .bind(own.id, Number.MAX_SAFE_INTEGER)
    .run()
  const refused = await own.owner.post(`${API}${href}/pairing_key`, {})
  expect([refused.status, errorOf(refused)]).toEqual([
    406,
    'object_limit_hard_limit_reached: Object limit hard limit reached',
  ])
  await env.DB.prepare('UPDATE keys SET expires_at = 1 WHERE ledger = 900000000 AND n = 1').run()
  await makeKey(own.owner, href)
})

test('at 5,000 profiles there are no more', async () => {
  const own = await makeOrganization()
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
     INSERT INTO profiles (ledger, n, organization_id, dialect, name_folded, description_folded, record, version)
     SELECT 910000000, i, ?, 'illumio', '', '', '{}', 1 FROM n`,
  )
    .bind(own.id)
    .run()
  // As the delivery of those rows would have counted them.
  await env.DB.prepare(
    "UPDATE totals SET rows = rows + 4999 WHERE organization_id = ? AND listed = 'profiles'",
  )
    .bind(own.id)
    .run()
  const refused = await own.owner.post(orgPath(own, '/pairing_profiles'), { enabled: true })
  expect([refused.status, errorOf(refused)]).toEqual([
    406,
    'object_limit_hard_limit_reached: Object limit hard limit reached',
  ])
})

test('deleting the keys ends them all, at once, and may be repeated', async () => {
  const href = await makeProfile(organization)
  const codes = [await makeKey(organization.owner, href), await makeKey(organization.owner, href)]
  expectStatus(await activate(codes[0] ?? ''), 201)
  for (let i = 0; i < 2; i++) {
    expect(await organization.owner.delete(`${API}${href}/pairing_keys`)).toMatchObject({
      status: 204,
      text: '',
    })
  }
  for (const code of codes) expect((await activate(code)).status).toBe(401)
  expectStatus(await activate(await makeKey(organization.owner, href)), 201)
})

test('deleting the profile ends its keys', async () => {
  const href = await makeProfile(organization)
  const code = await makeKey(organization.owner, href)
  expectStatus(await organization.owner.delete(API + href), 204)
  expect((await activate(code)).status).toBe(401)
})

test('the default profile stays', async () => {
  const own = await makeOrganization()
  const [profile] = expectStatus(await own.owner.get(orgPath(own, '/pairing_profiles')), 200)
  const refused = await own.owner.delete(API + profile.href)
  expect([refused.status, errorOf(refused)]).toEqual([
    406,
    'default_pairing_profile_cannot_be_deleted: The default pairing profile cannot be deleted',
  ])
})

test('both writes leave their events', async () => {
  const own = await makeOrganization()
  const href = await makeProfile(own)
  await makeKey(own.owner, href)
  expectStatus(await own.owner.delete(`${API}${href}/pairing_keys`), 204)
  expect((await eventsOf(own.id)).map(({ type }) => type).slice(-2)).toEqual(['key.create', 'key.revoke_all'])
})
