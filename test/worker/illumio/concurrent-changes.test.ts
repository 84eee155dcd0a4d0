/** Changes at once: who is refused changed nothing, who is not loses nothing. */
import { beforeAll, expect, test } from 'vitest'
import { Client, eventsOf, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, expectStatus, type Json, orgPath, pair } from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

async function makeMany(path: string, bodies: readonly object[]): Promise<string[]> {
  const made = await Promise.all(
    bodies.map((body) => organization.owner.post(orgPath(organization, path), body)),
  )
  return made.map((answer) => `${API}${(expectStatus(answer, 201) as Json).href}`)
}

test('profiles that ask for one external reference at once: one gets it, the others keep all that they were', async () => {
  const { owner } = organization
  const profiles = await makeMany(
    '/pairing_profiles',
    Array.from({ length: 6 }, (_, i) => ({ name: `profile ${i}`, enabled: true })),
  )
  for (let round = 0; round < 5; round++) {
    const change = {
      name: `renamed ${round}`,
      enabled: false,
      external_data_set: 'set',
      external_data_reference: `reference ${round}`,
    }
    const before = await Promise.all(profiles.map(async (href) => (await owner.get(href)).json))
    const answers = await Promise.all(profiles.map((href) => owner.put(href, change)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 406, 406, 406, 406, 406])
    const after = await Promise.all(profiles.map(async (href) => (await owner.get(href)).json))
    for (const [i, { status }] of answers.entries()) {
      if (status === 406) expect(after[i]).toEqual(before[i])
      else expect(after[i]).toMatchObject(change)
    }
  }
})

test('a reference that was given up can be taken at once', async () => {
  const { owner } = organization
  const reference = { external_data_set: 'given up', external_data_reference: 'x' }
  const [first = '', second = '', third = ''] = await makeMany('/pairing_profiles', [
    { name: 'first', enabled: true, ...reference },
    { name: 'second', enabled: true },
    { name: 'third', enabled: true },
  ])
  expect((await owner.put(second, reference)).status).toBe(406)
  expect((await owner.put(first, { external_data_reference: null })).status).toBe(204)
  expect((await owner.put(second, reference)).status).toBe(204)
  expect((await owner.delete(second)).status).toBe(204)
  expect((await owner.put(third, reference)).status).toBe(204)
})

test('a label’s value and its reference, changed at once: neither is lost', async () => {
  const { owner } = organization
  const hrefs = await makeMany(
    '/labels',
    Array.from({ length: 10 }, (_, i) => ({ key: 'app', value: `value ${i}` })),
  )
  await Promise.all(
    hrefs.flatMap((href, i) => [
      owner.put(href, { value: `changed ${i}` }),
      owner.put(href, { external_data_set: 'set', external_data_reference: `${i}` }),
    ]),
  )
  for (const [i, href] of hrefs.entries()) {
    expect((await owner.get(href)).json).toMatchObject({
      value: `changed ${i}`,
      external_data_set: 'set',
      external_data_reference: `${i}`,
    })
  }
})

test('who may only within some labels takes no machine back that is moved out of them meanwhile', async () => {
  const { owner } = organization
  const at = (path: string) => orgPath(organization, path)
  const [dev, prod] = (
    await makeMany(
      '/labels',
      ['dev', 'prod'].map((value) => ({ key: 'env', value })),
    )
  ).map((href) => ({ href: href.replace(API, '') }))
  const account = expectStatus(
    await owner.post(at('/service_accounts'), {
      name: 'manager of dev',
      permissions: [
        { role: { href: `/orgs/${organization.id}/roles/workload_manager` }, scope: [{ label: dev }] },
      ],
      api_key: { expires_in_seconds: -1 },
    }),
    201,
  )
  const manager = new Client(account.api_key.auth_username, account.api_key.secret)
  const { workload } = await pair(organization)
  const path = `${API}${workload.href}`
  for (let round = 0; round < 8; round++) {
    expectStatus(await owner.put(path, { labels: [dev] }), 204)
    await Promise.all([
      owner.put(path, { labels: [prod] }),
      ...[0, 1, 2].map((i) => manager.put(path, { labels: [dev], name: `${round}.${i}` })),
    ])
    expect(((await owner.get(path)).json as Json).labels).toMatchObject([prod])
  }
})

test('a label deleted eight times at once: one deletion, one event', async () => {
  const own = await makeOrganization()
  const made = expectStatus(await own.owner.post(orgPath(own, '/labels'), { key: 'loc', value: 'x' }), 201)
  const href = `${API}${(made as Json).href}`
  const answers = await Promise.all(Array.from({ length: 8 }, () => own.owner.delete(href)))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(406)])
  const types = (await eventsOf(own.id)).map(({ type }) => type)
  expect(types.filter((type) => type === 'label.delete')).toHaveLength(1)
})
