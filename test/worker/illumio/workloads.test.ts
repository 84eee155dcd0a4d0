import { beforeAll, describe, expect, test } from 'vitest'
import { CAUSE, must, stubOf } from '../../support/ledger.ts'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  eventually,
  expectStatus,
  type Json,
  makeProfile,
  orgPath,
  pair,
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
    network_detection_mode: null,
    friendly_name: null,
  },
  {
    name: 'eth0',
    address: '2001:db8::5',
    cidr_block: null,
    default_gateway_address: null,
    link_state: 'unknown',
    network: null,
    network_detection_mode: null,
    friendly_name: null,
  },
]
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

test('a workload shows what the machine said and what its profile granted', async () => {
  const made = await pair(organization, MACHINE)
  expect(await read(made.workload.href)).toEqual({
    href: made.workload.href,
    deleted: false,
    name: null,
    description: null,
    managed: true,
    hostname: 'web-01.example',
    service_principal_name: null,
    public_ip: '203.0.113.5',
    distinguished_name: null,
    agent_to_pce_certificate_authentication_id: null,
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
    services: { open_service_ports: [] },
    selectively_enforced_services: [],
    datacenter_nat_1to1: false,
    agent: {
      href: made.agent.href,
      type: 'Host',
      unpair_allowed: true,
      active_pce_fqdn: 'latchkey.example',
      target_pce_fqdn: null,
      config: { mode: 'illuminated', log_traffic: false, visibility_level: 'flow_summary' },
      status: {
        uid: 'machine-1',
        status: 'active',
        managed_since: TIME,
        agent_version: '0.1.0',
        fw_config_current: false,
        firewall_rule_count: 0,
        security_policy_refresh_at: null,
        security_policy_applied_at: null,
        security_policy_received_at: null,
        agent_health: [],
        agent_health_errors: { errors: [], warnings: [] },
        uptime_seconds: null,
        last_heartbeat_on: TIME,
      },
    },
    ven: {
      href: made.ven.href,
      hostname: 'web-01.example',
      name: null,
      status: 'active',
      ven_type: 'server',
    },
    created_at: TIME,
    created_by: { href: made.agent.href },
    updated_at: TIME,
    updated_by: { href: made.agent.href },
    caps: ['write'],
    container_cluster: null,
  })
})

test('its VEN is the same machine', async () => {
  const made = await pair(organization, MACHINE)
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
    authentication_recovery: false,
    upgrade_expires_at: null,
    upgrade_target_version: null,
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
    caps: ['write', 'unpair'],
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
  const facts = JSON.stringify({ os_id: { deep: [1] }, interfaces: 'none', anything: true })
  const { request } = CAUSE
  const attempt = {
    key: key.n,
    codeHash: 'x',
    claimHash: null,
    address: null,
    hostname: 'other',
    facts,
    ringVersion: 1,
    request,
  }
  const made = must(await ledger.redeem({ ...attempt, wishes: { values: {}, labels: {} } }))
  if (made.kind !== 'new') throw new Error(made.kind)
  const href = `/orgs/${organization.id}/workloads/${made.agent.id}`
  expect(await read(href)).toMatchObject({ hostname: 'other', os_id: null, interfaces: [] })
})

describe('not there', () => {
  test.each(['workloads', 'vens'])(
    '%s of another organization, an unknown one, or with other free bits',
    async (kind) => {
      const made = await pair(organization, MACHINE)
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
    const made = await pair(organization, MACHINE)
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

describe('the older form of a workload', () => {
  test('its mode, its logging and the status of its VEN are changed by `agent`', async () => {
    const { workload } = await pair(organization)
    const put = async (body: object) =>
      expectStatus(await organization.owner.put(API + workload.href, body), 204)
    await put({ agent: { config: { mode: 'enforced', log_traffic: true }, status: { status: 'suspended' } } })
    const changed = await read(workload.href)
    expect(changed).toMatchObject({
      enforcement_mode: 'full',
      agent: { config: { mode: 'enforced', log_traffic: true }, status: { status: 'suspended' } },
    })
    // What is read is sent back with either generation edited.
    await put({ ...changed, enforcement_mode: 'idle' })
    expect((await read(workload.href)).agent.config.mode).toBe('idle')
    const again = await read(workload.href)
    await put({ ...again, agent: { ...again.agent, config: { ...again.agent.config, mode: 'illuminated' } } })
    expect((await read(workload.href)).enforcement_mode).toBe('visibility_only')
  })

  test('likewise of many at once', async () => {
    const { workload } = await pair(organization)
    const before = await read(workload.href)
    const wanted = {
      ...before,
      agent: { ...before.agent, config: { ...before.agent.config, mode: 'enforced' } },
    }
    const changed = await organization.owner.put(orgPath(organization, '/workloads/bulk_update'), [wanted])
    expect(expectStatus(changed, 200)).toEqual([{ href: workload.href, status: 'updated' }])
    expect((await read(workload.href)).enforcement_mode).toBe('full')
  })
})

describe('when a silent machine counts as not online', () => {
  const put = async (own: Organization, timeouts: object[]) =>
    own.owner.put(orgPath(own, '/settings/workloads'), { workload_disconnected_timeout_seconds: timeouts })

  test('is set for servers and for endpoints, and lists and filters follow', async () => {
    const own = await makeOrganization()
    await pair(own, { hostname: 'server' }, { ven_type: 'server' })
    await pair(own, { hostname: 'laptop' }, { ven_type: 'endpoint' })
    const onlineNow = async () => {
      const list = async (filter: string) =>
        expectStatus(await own.owner.get(orgPath(own, `/workloads${filter}`)), 200) as Json[]
      const [all, online, offline] = [await list(''), await list('?online=true'), await list('?online=false')]
      const names = (rows: Json[]) => rows.map(({ hostname }) => hostname).sort()
      expect(names(online)).toEqual(names(all.filter((one) => one.online)))
      expect(names(offline)).toEqual(names(all.filter((one) => !one.online)))
      return names(online)
    }
    await eventually(async () => expect(await onlineNow()).toEqual(['laptop', 'server']))
    // 0: whatever was not seen in this very millisecond.
    expectStatus(await put(own, [{ scope: [], value: 0, ven_type: 'endpoint' }]), 204)
    expect(await onlineNow()).toEqual(['server'])
    expectStatus(await put(own, [{ scope: [], value: 0, ven_type: 'server' }]), 204)
    expect(await onlineNow()).toEqual([])
    expectStatus(await put(own, [{ scope: [], value: -1, ven_type: null }]), 204)
    expect(await onlineNow()).toEqual(['laptop', 'server'])
    const shown = expectStatus(await own.owner.get(orgPath(own, '/settings/workloads')), 200)
    expect(shown.workload_disconnected_timeout_seconds).toEqual([
      { scope: [], value: -1, ven_type: 'server' },
      { scope: [], value: -1, ven_type: 'endpoint' },
    ])
  })

  test('is not set for a scope, and nothing else there is set', async () => {
    const own = await makeOrganization()
    const scoped = await put(own, [{ scope: [{ href: '/orgs/1/labels/1' }], value: 60 }])
    expect(scoped.status).toBe(406)
    const goodbye = { workload_goodbye_timeout_seconds: [{ scope: [], value: 900 }] }
    const refused = await own.owner.put(orgPath(own, '/settings/workloads'), goodbye)
    expect([refused.status, refused.text]).toEqual([
      406,
      expect.stringContaining('it is 0 for every organization'),
    ])
    const shown = expectStatus(await own.owner.get(orgPath(own, '/settings/workloads')), 200)
    expectStatus(await own.owner.put(orgPath(own, '/settings/workloads'), shown), 204)
  })
})

test('settings that nothing acts on are kept; a protection that is not here cannot be switched on', async () => {
  const own = await makeOrganization()
  const path = orgPath(own, '/settings')
  const wanted = {
    num_assets_requiring_ransomware_protection: 10,
    rule_based_label_maker_schedule: { frequency: 'weekly', day_of_week: ['monday'] },
  }
  await Promise.all([
    own.owner.put(path, wanted),
    own.owner.put(path, { advanced_ruleset_display: false }),
    own.owner.put(path, { use_census_permissions: true }),
  ])
  expect(expectStatus(await own.owner.get(path), 200)).toMatchObject({
    ...wanted,
    advanced_ruleset_display: false,
    use_census_permissions: true,
    automatic_label_application_on_ven_activation: false,
  })
  expect((await own.owner.put(path, { ven_maintenance_token_required: true })).status).toBe(406)
})
