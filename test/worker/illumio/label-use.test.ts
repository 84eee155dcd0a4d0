/** Labels that something has: two tools that delete what is unused, as they send it, find nothing to delete. */
import { beforeAll, describe, expect, test } from 'vitest'
import { makeOrganization, type Organization } from '../../support/organization.ts'
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

/** An organization of which each label is in use, but for those in `unused`. */
async function makeUsedLabels() {
  const organization = await makeOrganization()
  const label = (key: string, value: string) => makeLabel(organization, key, value)
  const kept = {
    ofProfile: await label('app', 'of a profile'),
    ofWorkload: await label('role', 'of a workload'),
    wished: await label('env', 'wished for'),
    ofScope: await label('loc', 'of a scope'),
  }
  const unused = [await label('role', 'unused'), await label('app', 'unused, too')]
  await makeProfile(organization, { labels: [{ href: kept.ofProfile }] })
  const profile = await makeProfile(organization, {
    labels: [{ href: kept.ofWorkload }],
    env_label_lock: false,
  })
  const code = await makeKey(organization.owner, profile)
  expectStatus(await activate(code, { overrides: { labels: { env: 'wished for' } } }), 201)
  expectStatus(await organization.owner.put(API + profile, { labels: [] }), 204)
  await eventually(async () => {
    const found = await list(organization, '/workloads')
    expect(found[0]?.labels).toHaveLength(2)
  })
  const principal = await organization.owner.post(orgPath(organization, '/auth_security_principals'), {
    type: 'group',
    name: 'g',
  })
  const permission = await organization.owner.post(orgPath(organization, '/permissions'), {
    role: { href: `/orgs/${organization.id}/roles/workload_manager` },
    scope: [{ label: { href: kept.ofScope } }],
    auth_security_principal: { href: expectStatus(principal, 201).href },
  })
  expectStatus(permission, 201)
  return { organization, kept, unused }
}

async function list(organization: Organization, path: string): Promise<Json[]> {
  return expectStatus(await organization.owner.get(orgPath(organization, path)), 200)
}

const hrefs = (labels: Json[]): string[] => labels.map(({ href }) => href)

test('a tool that deletes each label whose usage has no true deletes the unused ones, and no other', async () => {
  const { organization, kept, unused } = await makeUsedLabels()
  const labels = await list(organization, '/labels?usage=true')
  const victims = labels.filter(({ usage }) => !Object.values(usage ?? {}).some(Boolean))
  for (const { href } of victims) expectStatus(await organization.owner.delete(API + href), 204)
  expect(hrefs(victims)).toEqual(unused)
  expect(hrefs(await list(organization, '/labels'))).toEqual(Object.values(kept))
})

test('a tool that sends DELETE for every label deletes the unused ones, and learns why the others stay', async () => {
  const { organization, kept, unused } = await makeUsedLabels()
  const refusals: Record<string, string> = {}
  for (const { href } of await list(organization, '/labels')) {
    const answer = await organization.owner.delete(API + href)
    if (answer.status !== 204) refusals[href] = `${answer.status} ${errorOf(answer).replace(/:.*/, '')}`
  }
  expect(refusals).toEqual({
    [kept.ofProfile]: '406 label_still_has_associated_pairing_profile',
    [kept.ofWorkload]: '406 label_still_has_associated_agent_info',
    [kept.wished]: '406 label_still_has_associated_agent_info',
    [kept.ofScope]: '406 label_still_has_associated_permission',
  })
  expect(hrefs(await list(organization, '/labels'))).toEqual(Object.values(kept))
  expect(hrefs(await list(organization, '/labels?include_deleted=true')).sort()).toEqual(
    [...Object.values(kept), ...unused].sort(),
  )
})

describe('usage', () => {
  let organization: Organization
  let kept: Readonly<Record<string, string>>
  beforeAll(async () => {
    ;({ organization, kept } = await makeUsedLabels())
  })

  test('says of each label by what kind of thing it is used', async () => {
    const labels = await list(organization, '/labels?usage=True')
    const used = Object.fromEntries(
      labels.map(({ href, usage }) => [href, Object.keys(usage).filter((kind) => usage[kind])]),
    )
    expect(used).toMatchObject({
      [kept.ofProfile ?? '']: ['pairing_profile'],
      [kept.ofWorkload ?? '']: ['workload'],
      [kept.wished ?? '']: ['workload'],
      [kept.ofScope ?? '']: ['permission'],
    })
    expect(Object.keys(labels[0]?.usage)).toContain('ruleset')
  })

  test.each(['', '?usage=false', '?max_results=1'])('is not in /labels%s', async (query) => {
    const [label] = await list(organization, `/labels${query}`)
    expect(label).not.toHaveProperty('usage')
  })

  test('is in a list that a job makes', async () => {
    const path = orgPath(organization, '/labels?usage=true&key=role')
    const accepted = await organization.owner.ask('GET', path, { headers: { Prefer: 'respond-async' } })
    const done = await eventually(async () => {
      const job = expectStatus(await organization.owner.get(API + accepted.headers.get('Location')), 200)
      expect(job.status).toBe('done')
      return job
    })
    const rows = expectStatus(await organization.owner.get(API + done.result.href), 200)
    expect(rows.map(({ usage }: Json) => usage.workload)).toEqual([true, false])
  })

  test('a value that is neither true nor false is refused', async () => {
    const answer = await organization.owner.get(orgPath(organization, '/labels?usage=maybe'))
    expect(answer.status).toBe(406)
  })
})

test('what leaves its last user can be deleted: an unpaired machine, an emptied profile', async () => {
  const organization = await makeOrganization()
  const href = await makeLabel(organization, 'role', 'Web')
  const { ven } = await pair(organization, {}, { labels: [{ href }] })
  const profiles = await list(organization, '/pairing_profiles')
  const profile = profiles.find(({ labels }) => labels.length > 0)
  expectStatus(await organization.owner.put(API + profile.href, { labels: [] }), 204)
  await eventually(async () => expect(await list(organization, '/vens')).toHaveLength(1))
  expect((await organization.owner.delete(API + href)).status).toBe(406)
  const unpaired = await organization.owner.put(orgPath(organization, '/vens/unpair'), {
    vens: [{ href: ven.href }],
  })
  expect(unpaired.status).toBeLessThan(300)
  expectStatus(await organization.owner.delete(API + href), 204)
})
