import { beforeAll, expect, test } from 'vitest'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import { API, errorOf, expectStatus, type Json, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
let profiles: string
beforeAll(async () => {
  organization = await makeOrganization()
  profiles = orgPath(organization, '/pairing_profiles')
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

test('set and reference, given apart at once, are one reference: no other profile gets it, whichever was faster', async () => {
  for (let round = 0; round < 8; round++) {
    const data = { external_data_set: crypto.randomUUID(), external_data_reference: 'r' }
    const { external_data_set, external_data_reference } = data
    const profile = API + (await makeProfile(organization))
    const answers = await Promise.all([
      organization.owner.put(profile, { external_data_set }),
      organization.owner.put(profile, { external_data_reference }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    expect((await organization.owner.get(profile)).json).toMatchObject(data)
    const other = await organization.owner.post(profiles, { enabled: true, ...data })
    expect(errorOf(other)).toContain('external_data_reference_not_unique')
  }
})

test('given up and taken back at once, a reference is free or its profile’s, and never two profiles’', async () => {
  for (let round = 0; round < 8; round++) {
    const data = { external_data_set: crypto.randomUUID(), external_data_reference: 'r' }
    const profile = API + (await makeProfile(organization, data))
    await Promise.all([
      organization.owner.put(profile, { external_data_reference: null }),
      organization.owner.put(profile, { name: 'same', ...data }),
      organization.owner.put(profile, { external_data_reference: null }),
      organization.owner.put(profile, data),
    ])
    const { external_data_reference: kept } = (await organization.owner.get(profile)).json as Json
    const { status } = await organization.owner.post(profiles, { enabled: true, ...data })
    if (kept === 'r') expect(status).toBe(406)
  }
})
