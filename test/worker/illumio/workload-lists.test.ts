import { beforeAll, describe, expect, test } from 'vitest'
import { makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, eventually, expectStatus, type Json, makeLabel, orgPath, pair } from '../../support/pairing.ts'

let _organization: Organization
beforeAll(async () => {
  _organization = await makeOrganization()
})

describe('lists', () => {
  let own: Organization
  let label: string
  let wished: string
  let both: string

  beforeAll(async () => {
    own = await makeOrganization()
    label = await makeLabel(own, 'role', 'Web')
    wished = await makeLabel(own, 'app', 'Shop')
    both = JSON.stringify([[label, wished]])
    await pair(own, { hostname: 'Alpha-1' }, { labels: [{ href: label }] })
    await pair(
      own,
      { hostname: 'alpha-2', overrides: { labels: { app: 'Shop' } } },
      { labels: [{ href: label }], app_label_lock: false },
    )
    await pair(own, { hostname: 'beta' })
    await eventually(async () => {
      const counted = await own.owner.get(orgPath(own, '/workloads?max_results=0'))
      expect(counted.headers.get('X-Total-Count')).toBe('3')
    })
  })

  test.each<[string, () => string, string[]]>([
    ['all, in the order of their ledgers', () => '', ['Alpha-1', 'alpha-2', 'beta']],
    ['by a part of the hostname', () => 'hostname=ALPHA', ['Alpha-1', 'alpha-2']],
    ['by name, which is the hostname', () => 'name=beta', ['beta']],
    ['by label', () => `labels=${encodeURIComponent(JSON.stringify([[label]]))}`, ['Alpha-1', 'alpha-2']],
    [
      'by a label that was wished for by value',
      () => `labels=${encodeURIComponent(JSON.stringify([[wished]]))}`,
      ['alpha-2'],
    ],
    ['by both', () => `labels=${encodeURIComponent(both)}`, ['alpha-2']],
    ['the first', () => 'max_results=1', ['Alpha-1']],
    ['none but the count', () => 'max_results=0', []],
  ])('%s', async (_, query, hostnames) => {
    for (const kind of ['workloads', 'vens']) {
      const answer = await own.owner.get(orgPath(own, `/${kind}?${query()}`))
      expect(expectStatus(answer, 200).map(({ hostname }: Json) => hostname)).toEqual(hostnames)
      expect(Number(answer.headers.get('X-Total-Count'))).toBeGreaterThanOrEqual(hostnames.length)
    }
  })

  test('a sweeper’s search for workloads by external data finds nothing', async () => {
    expect(expectStatus(await own.owner.get(orgPath(own, '/workloads?external_data_set=py')), 200)).toEqual(
      [],
    )
  })

  test('a listed workload is the one that is read alone', async () => {
    const [first] = expectStatus(await own.owner.get(orgPath(own, '/workloads')), 200)
    expect(expectStatus(await own.owner.get(API + first.href), 200)).toEqual(first)
  })

  test('members who only read see them, without caps, and cannot unpair', async () => {
    const viewer = await makeMember(own.id, 'illumio:ruleset_viewer')
    const [ven] = expectStatus(await viewer.get(orgPath(own, '/vens')), 200)
    expect(ven.caps).toEqual([])
    const refused = await viewer.put(orgPath(own, '/vens/unpair'), { vens: [{ href: ven.href }] })
    expect(refused.status).toBe(403)
    expectStatus(await own.owner.get(API + ven.href), 200)
  })
})
