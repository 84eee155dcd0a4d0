import { beforeAll, describe, expect, test } from 'vitest'
import { CAUSE, must, stubOf } from '../../support/ledger.ts'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import { API, expectStatus, type Json, makeProfile, orgPath, pair } from '../../support/pairing.ts'

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
        agent_health: [],
        agent_health_errors: { errors: [], warnings: [] },
        uptime_seconds: null,
        last_heartbeat_on: TIME,
      },
    },
    ven: { href: made.ven.href },
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
