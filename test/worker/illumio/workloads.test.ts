import { beforeAll, describe, expect, test } from 'vitest'
import { CAUSE, must, stubOf } from '../../support/ledger.ts'
import { eventsOf, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
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
} from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

const MACHINE = {
  hostname: 'web-01.example',
  os_id: 'ubuntu-x86_64-jammy',
  os_detail: '5.15',
  os_platform: 'linux',
  agent_version: '0.1.0',
  uid: 'machine-1',
  public_ip: '203.0.113.5',
  interfaces: [
    { name: 'eth0', address: '10.0.0.5', cidr_block: 24, default_gateway_address: '10.0.0.1' },
    { name: 'eth0', address: '2001:db8::5' },
  ],
}
const INTERFACES = [
  {
    name: 'eth0',
    address: '10.0.0.5',
    cidr_block: 24,
    default_gateway_address: '10.0.0.1',
    link_state: 'unknown',
    network: null,
    friendly_name: null,
  },
  {
    name: 'eth0',
    address: '2001:db8::5',
    cidr_block: null,
    default_gateway_address: null,
    link_state: 'unknown',
    network: null,
    friendly_name: null,
  },
]
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

async function pair(own: Organization, machine: object = MACHINE, profile: object = {}): Promise<Json> {
  const code = await makeKey(own.owner, await makeProfile(own, profile))
  return expectStatus(await activate(code, machine), 201)
}

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

test('a workload shows what the machine said and what its profile granted', async () => {
  const made = await pair(organization)
  expect(await read(made.workload.href)).toEqual({
    href: made.workload.href,
    deleted: false,
    name: null,
    description: null,
    hostname: 'web-01.example',
    service_principal_name: null,
    public_ip: '203.0.113.5',
    distinguished_name: null,
    enforcement_mode: 'visibility_only',
    visibility_level: 'flow_summary',
    external_data_set: null,
    external_data_reference: null,
    interfaces: INTERFACES,
    ignored_interface_names: [],
    service_provider: null,
    data_center: null,
    data_center_zone: null,
    os_id: 'ubuntu-x86_64-jammy',
    os_detail: '5.15',
    online: true,
    labels: [],
    agent: {
      href: made.agent.href,
      type: 'Host',
      unpair_allowed: true,
      config: { mode: 'illuminated', log_traffic: false, visibility_level: 'flow_summary' },
      status: {
        uid: 'machine-1',
        status: 'active',
        managed_since: TIME,
        agent_version: '0.1.0',
        last_heartbeat_on: TIME,
      },
    },
    ven: { href: made.ven.href },
    created_at: TIME,
    created_by: { href: made.agent.href },
    updated_at: TIME,
    updated_by: { href: made.agent.href },
    caps: [],
    container_cluster: null,
  })
})

test('its VEN is the same machine', async () => {
  const made = await pair(organization)
  expect(await read(made.ven.href)).toEqual({
    href: made.ven.href,
    name: null,
    description: null,
    hostname: 'web-01.example',
    uid: 'machine-1',
    os_id: 'ubuntu-x86_64-jammy',
    os_detail: '5.15',
    os_platform: 'linux',
    version: '0.1.0',
    status: 'active',
    activation_type: 'pairing_key',
    active_pce_fqdn: 'latchkey.example',
    target_pce_fqdn: null,
    labels: [],
    interfaces: INTERFACES,
    workloads: [{ href: made.workload.href }],
    container_cluster: null,
    secure_connect: null,
    unpair_allowed: true,
    last_heartbeat_at: TIME,
    last_goodbye_at: null,
    created_at: TIME,
    created_by: { href: made.ven.href },
    updated_at: TIME,
    updated_by: { href: made.ven.href },
    conditions: [],
    caps: ['unpair'],
    ven_type: 'server',
  })
})

test('a machine that said nothing has nulls, and nothing is made up', async () => {
  const made = await pair(organization, { hostname: '' })
  expect(await read(made.workload.href)).toMatchObject({
    hostname: '',
    os_id: null,
    public_ip: null,
    interfaces: [],
  })
})

test('an agent that another dialect enrolled on the profile is shown, whatever it said of itself', async () => {
  const profile = await makeProfile(organization)
  const ledger = stubOf(Number(profile.split('/').at(-1)))
  const key = must(
    await ledger.createKey(
      organization.id,
      {
        profile: 1,
        name: '',
        maxUses: null,
        lifetimeSeconds: null,
        expiresAt: undefined,
        allowedAddresses: [],
        codeHash: 'x',
        ringVersion: 1,
      },
      CAUSE,
    ),
  )
  const facts = { os_id: { deep: [1] }, interfaces: 'none', anything: true }
  const { request } = CAUSE
  const attempt = {
    key: key.n,
    codeHash: 'x',
    claimHash: null,
    address: null,
    hostname: 'other',
    facts,
    request,
  }
  const made = must(await ledger.redeem({ ...attempt, wishes: { values: {}, labels: {} } }))
  if (made.kind === 'refused') throw new Error(made.reason)
  const href = `/orgs/${organization.id}/workloads/${made.agent.id}`
  expect(await read(href)).toMatchObject({ hostname: 'other', os_id: null, interfaces: [] })
})

describe('not there', () => {
  test.each(['workloads', 'vens'])(
    '%s of another organization, of nobody, or with other free bits',
    async (kind) => {
      const made = await pair(organization)
      const uuid: string = made.ven.href.split('/').at(-1)
      const other = await makeOrganization()
      expect((await other.owner.get(orgPath(other, `/${kind}/${uuid}`))).status).toBe(404)
      const free = uuid.slice(0, -1) + (uuid.endsWith('0') ? '1' : '0')
      for (const id of [
        free,
        '00000000-0000-4000-8000-000000000000',
        'ffffffff-ffff-4fff-bfff-ffffffffffff',
        'x',
        '1',
      ]) {
        expect((await organization.owner.get(orgPath(organization, `/${kind}/${id}`))).status).toBe(404)
      }
    },
  )

  test('revoked ones', async () => {
    const made = await pair(organization)
    const uuid: string = made.ven.href.split('/').at(-1)
    const profiles = expectStatus(
      await organization.owner.get(orgPath(organization, '/pairing_profiles')),
      200,
    )
    const ledger = stubOf(Number(profiles.at(-1).href.split('/').at(-1)))
    must(await ledger.revokeAgent(organization.id, 1, 'keep', CAUSE))
    for (const kind of ['workloads', 'vens']) {
      expect((await organization.owner.get(orgPath(organization, `/${kind}/${uuid}`))).status).toBe(404)
    }
  })
})

describe('unpair', () => {
  const unpair = (own: Organization, hrefs: readonly string[], more: object = {}) =>
    own.owner.put(orgPath(own, '/vens/unpair'), { vens: hrefs.map((href) => ({ href })), ...more })

  test('both disappear, from lists too; the key’s next use by that claim is a new machine', async () => {
    const own = await makeOrganization()
    const profile = await makeProfile(own)
    const code = await makeKey(own.owner, profile)
    const claim = crypto.randomUUID()
    const [one, two] = [
      expectStatus(await activate(code, { claim }), 201),
      expectStatus(await activate(code, { claim: crypto.randomUUID() }), 201),
    ]
    const hrefs = [one.ven.href, two.ven.href, one.ven.href]
    expect(await unpair(own, hrefs, { firewall_restore: 'default' })).toMatchObject({ status: 204, text: '' })
    for (const href of [one.workload.href, one.ven.href, two.ven.href]) {
      expect((await own.owner.get(API + href)).status).toBe(404)
    }
    expect(expectStatus(await own.owner.get(orgPath(own, '/workloads')), 200)).toEqual([])
    const again = expectStatus(await activate(code, { claim }), 201)
    expect(again.ven.href).not.toBe(one.ven.href)
    const left = (await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')
    expect(left).toHaveLength(2)
  })

  test('one unknown href: nothing is done', async () => {
    const own = await makeOrganization()
    const made = await pair(own)
    const gone = await pair(own)
    expectStatus(await unpair(own, [gone.ven.href]), 204)
    const stranger = (await pair(organization)).ven.href
    for (const bad of [gone.ven.href, stranger, made.workload.href, '/orgs/1', '']) {
      const answer = await unpair(own, [made.ven.href, bad])
      expect([answer.status, errorOf(answer)]).toEqual([406, `invalid_uri: Invalid URI: {${bad}}`])
    }
    expectStatus(await own.owner.get(API + made.ven.href), 200)
    expect((await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')).toHaveLength(1)
  })

  test.each([
    {},
    { vens: [] },
    { vens: [{}] },
    { vens: 'all' },
    { vens: [{ href: '/x' }], firewall_restore: 'maybe' },
  ])('%j is refused', async (body) => {
    expect((await organization.owner.put(orgPath(organization, '/vens/unpair'), body)).status).toBe(406)
  })

  test('more than 400 at once are refused', async () => {
    const answer = await unpair(
      organization,
      Array.from({ length: 401 }, (_, i) => `/x/${i}`),
    )
    expect(errorOf(answer)).toContain("The property '#/vens' had more items than the allowed 400")
  })
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
    ['a sweeper’s search by external data finds nothing', () => 'external_data_set=illumio-py', []],
    ['the first', () => 'max_results=1', ['Alpha-1']],
    ['none but the count', () => 'max_results=0', []],
  ])('%s', async (_, query, hostnames) => {
    for (const kind of ['workloads', 'vens']) {
      const answer = await own.owner.get(orgPath(own, `/${kind}?${query()}`))
      expect(expectStatus(answer, 200).map(({ hostname }: Json) => hostname)).toEqual(hostnames)
      expect(Number(answer.headers.get('X-Total-Count'))).toBeGreaterThanOrEqual(hostnames.length)
    }
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
