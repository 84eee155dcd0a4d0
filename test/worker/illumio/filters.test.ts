/**
 * Nothing is answered wider than asked: each filter that the vendor publishes, on each collection, gives what a naive
 * filter over the whole list gives, or is refused; and an unpublished filter is refused.
 */
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { fold } from '../../../src/core/kernel/text.ts'
import { illumio } from '../../../src/dialects/illumio/dialect.ts'
import { type Kind, PUBLISHED } from '../../conformance/illumio/published-filters.ts'
import { Client, makeOwner, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
  orgPath,
} from '../../support/pairing.ts'
import { startJob } from '../../support/routes.ts'

type Passes = (row: Json, value: string) => boolean

const never: Passes = () => false
const unlessTrue: Passes = (_, value) => value === 'false'
const always: Passes = () => true
const part =
  (...of: ((row: Json) => string | null | undefined)[]): Passes =>
  (row, value) =>
    of.some((one) => fold(one(row) ?? '\0').includes(fold(value)))
const text =
  (of: (row: Json) => unknown): Passes =>
  (row, value) =>
    of(row) === value
const flag =
  (of: (row: Json) => boolean): Passes =>
  (row, value) =>
    String(of(row)) === value
const instant =
  (of: (row: Json) => string, compare: (at: number, wanted: number) => boolean): Passes =>
  (row, value) =>
    compare(Date.parse(of(row)), Date.parse(value))
const [same, least, most] = [
  (at: number, wanted: number) => at === wanted,
  (at: number, wanted: number) => at >= wanted,
  (at: number, wanted: number) => at <= wanted,
]
const labelled: Passes = ({ labels }, value) =>
  (JSON.parse(value) as string[][]).some((set) =>
    set.every((href) => labels.some((label: Json) => label.href === href)),
  )
const address: Passes = ({ interfaces }, value) =>
  interfaces.some((one: Json) => fold(one.address).includes(fold(value)))
const numbers = (version: string) => (/^[0-9.-]+$/.test(version) ? version.split(/[.-]/).map(Number) : null)
const versioned =
  (compare: (by: number) => boolean): Passes =>
  ({ version }, value) => {
    const [its, wanted] = [numbers(version), numbers(value) ?? []]
    const by = [0, 1, 2, 3, 4, 5].map((i) => (its?.[i] ?? 0) - (wanted[i] ?? 0)).find((one) => one !== 0) ?? 0
    return its !== null && compare(by)
  }
const SERVER = 'latchkey.example'
const HOUR = 3_600_000

const seenOn = ({ agent }: Json): string => agent.status.last_heartbeat_on
const seenAt = ({ last_heartbeat_at }: Json): string => last_heartbeat_at
const roleIn = (grants: Json[], value: string) =>
  grants.some(({ role }) => [role.href, JSON.stringify(role.href)].includes(value))

/** What each filter means, of a row as it is shown. */
const MEANING: Readonly<Record<string, Readonly<Record<string, Passes>>>> = {
  workloads_get: {
    'agent.active_pce_fqdn': (_, value) => value === SERVER,
    container_clusters: never,
    description: part(({ description }) => description),
    enforcement_mode: text(({ enforcement_mode }) => enforcement_mode),
    enforcement_modes: ({ enforcement_mode }, value) => JSON.parse(value).includes(enforcement_mode),
    external_data_reference: text(({ external_data_reference }) => external_data_reference),
    external_data_set: text(({ external_data_set }) => external_data_set),
    hostname: part(({ hostname }) => hostname),
    include_deleted: always,
    ip_address: address,
    labels: labelled,
    last_heartbeat_on: instant(seenOn, same),
    'last_heartbeat_on[gte]': instant(seenOn, least),
    'last_heartbeat_on[lte]': instant(seenOn, most),
    log_traffic: flag(({ agent }) => agent.config.log_traffic),
    managed: (_, value) => value === 'true',
    mode: text(({ agent }) => agent.config.mode),
    name: part(
      ({ name }) => name,
      ({ hostname }) => hostname,
    ),
    online: flag(({ online }) => online),
    os_id: part(({ os_id }) => os_id),
    policy_health: text(({ agent }) => agent.status.status),
    'risk_summary.ransomware.workload_exposure_severity': never,
    security_policy_sync_state: never,
    security_policy_update_mode: never,
    soft_deleted: unlessTrue,
    ven: text(({ ven }) => ven.href),
    'ven.ven_type': text(({ hostname }) => (hostname.startsWith('laptop') ? 'endpoint' : 'server')),
    visibility_level: text(({ visibility_level }) => visibility_level),
    'vulnerability_summary.vulnerability_exposure_score': never,
    'vulnerability_summary.vulnerability_exposure_score[gte]': never,
    'vulnerability_summary.vulnerability_exposure_score[lte]': never,
  },
  vens_get: {
    activation_type: text(({ activation_type }) => activation_type),
    active_pce_fqdn: text(({ active_pce_fqdn }) => active_pce_fqdn),
    authentication_recovery: unlessTrue,
    condition: never,
    container_clusters: never,
    description: part(({ description }) => description),
    disconnected_before: (ven, value) =>
      Date.parse(seenAt(ven)) <= Date.now() - HOUR && Date.parse(seenAt(ven)) < Date.parse(value),
    health: (_, value) => value === 'healthy',
    hostname: part(({ hostname }) => hostname),
    ip_address: address,
    labels: labelled,
    last_goodbye_at: never,
    'last_goodbye_at[gte]': never,
    'last_goodbye_at[lte]': never,
    last_heartbeat_at: instant(seenAt, same),
    'last_heartbeat_at[gte]': instant(seenAt, least),
    'last_heartbeat_at[lte]': instant(seenAt, most),
    name: part(
      ({ name }) => name,
      ({ hostname }) => hostname,
    ),
    os: part(({ os_id }) => os_id),
    status: text(({ status }) => status),
    upgrade_pending: unlessTrue,
    ven_type: text(({ ven_type }) => ven_type),
    version: text(({ version }) => version),
    'version[gte]': versioned((by) => by >= 0),
    'version[lte]': versioned((by) => by <= 0),
  },
  labels_get: {
    external_data_reference: text(({ external_data_reference }) => external_data_reference),
    external_data_set: text(({ external_data_set }) => external_data_set),
    include_deleted: always,
    key: text(({ key }) => key),
    usage: always,
    value: part(({ value }) => value),
  },
  label_dimensions_get: {},
  pairing_profiles_get: {
    agent_software_release: ({ agent_software_release }, value) => agent_software_release.startsWith(value),
    description: part(({ description }) => description),
    external_data_reference: text(({ external_data_reference }) => external_data_reference),
    external_data_set: text(({ external_data_set }) => external_data_set),
    labels: labelled,
    name: part(({ name }) => name),
    ven_type: text(({ ven_type }) => ven_type),
  },
  events_get: {
    created_by: ({ created_by: by }, value) =>
      [by.user?.href, by.agent?.href, by.service_account?.href, by.system && 'system'].includes(value),
    event_type: text(({ event_type }) => event_type),
    severity: text(({ severity }) => severity),
    status: text(({ status }) => status),
    timestamp: instant(({ timestamp }) => timestamp, same),
    'timestamp[gte]': instant(({ timestamp }) => timestamp, least),
    'timestamp[lte]': instant(({ timestamp }) => timestamp, most),
  },
  users_get: { type: text(({ type }) => type) },
  users_api_keys_get: {},
  roles_get: {},
  access_restrictions_get: {},
  auth_security_principals_get: { name: part(({ name }) => name), type: text(({ type }) => type) },
  permissions_get: {
    auth_security_principal: text(({ auth_security_principal }) => auth_security_principal.href),
    role: (permission, value) => roleIn([permission], value),
    scope: ({ scope }, value) => {
      const hrefs = (of: Json[]) => JSON.stringify(of.map(({ label }) => label.href))
      return hrefs(scope) === hrefs(JSON.parse(value))
    },
  },
  service_accounts_get: {
    managing: never,
    name: part(({ name }) => name),
    role: ({ permissions }, value) => roleIn(permissions, value),
  },
  api_keys_get: {
    name: (key, value) =>
      key.account.type === 'service_account' && fold(key.account.name).includes(fold(value)),
    role: ({ account }, value) => roleIn(account.permissions, value),
    state: text(({ state }) => state),
    type: text(({ account }) => account.type),
    username: (key, value) => key.account.type === 'user' && fold(key.account.name).includes(fold(value)),
  },
  jobs_get: { job_type: text(({ job_type }) => job_type) },
  software_ven_releases_get: { ven_type: (release, value) => value === 'all' || release.ven_type === value },
  software_ven_release_images_get: {},
  workloads_interfaces_get: { name: part(({ name }) => name) },
}

/** Beyond what is published: for clients that send them, and none of them makes an answer wider. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  workloads_get: ['representation'],
  vens_get: ['representation', 'include_deleted'],
  pairing_profiles_get: ['labels[]'],
  label_dimensions_get: [
    'key',
    'display_name',
    'external_data_set',
    'external_data_reference',
    'include_deleted',
  ],
  api_keys_get: ['service_account_name'],
}

const IS_OF_POLICY = /^(sec_policy_.*|container_.*|network_enforcement_nodes|security_principals)_get$/
type Collection = (typeof illumio.chapter.routes)[number] & { readonly query?: z.ZodObject }
const collections: [string, Collection][] = illumio.chapter.routes
  .filter(({ replies }) => 202 in replies)
  .map((route): [string, Collection] => [route.operation.id, route as Collection])
  .filter(([id]) => !IS_OF_POLICY.test(id))

let organization: Organization
let params: Readonly<Record<string, string>>
const rowsOf: Record<string, Json[]> = {}
const valuesOf: Record<string, Record<string, readonly string[]>> = {}

beforeAll(async () => {
  await makeEverything()
  for (const [id] of collections) rowsOf[id] = (await list(id, '')).rows
  for (const [id] of collections) {
    valuesOf[id] = Object.fromEntries(
      filtersOf(id).map(([name, kind]) => [name, candidates(rowsOf[id] ?? [], name, kind)]),
    )
  }
}, 120_000)

describe('the filters of a collection are those that are published', () => {
  test.each(collections)('%s', (id, { query }) => {
    const published = Object.keys(PUBLISHED[id] ?? { missing: true })
    const known = Object.keys(query?.shape ?? {})
    expect(known).toEqual(expect.arrayContaining(published))
    const ours = known.filter((name) => !published.includes(name) && name !== 'max_results')
    expect(ours.sort()).toEqual([...(OURS[id] ?? [])].sort())
    expect(Object.keys(MEANING[id] ?? {}).sort()).toEqual(
      published.filter((name) => name !== 'max_results').sort(),
    )
  })
})

describe('a name that is unknown is 406, also beside one that is known, and so is a name twice', () => {
  test.each(collections)('%s', async (id) => {
    for (const query of [
      'onlin=true',
      'Name=x',
      'max_results=1&since=2026-01-01',
      'max_results=1&max_results=2',
    ]) {
      const answer = await organization.owner.get(`${pathOf(id)}?${query}`)
      expect([query, answer.status]).toEqual([query, 406])
      const later = await organization.owner.ask('GET', `${pathOf(id)}?${query}`, {
        headers: { Prefer: 'respond-async' },
      })
      expect([query, later.status]).toEqual([query, 406])
    }
  })
})

describe('each filter gives exactly what it means', () => {
  test.each(collections)('%s', async (id) => {
    for (const [name] of filtersOf(id)) {
      const values = valuesOf[id]?.[name] ?? []
      expect(values.length, name).toBeGreaterThan(1)
      for (const value of values) await agree(id, [[name, value]])
    }
  })
})

test('any filters together give what passes all of them', { timeout: 120_000 }, async () => {
  const many = collections.map(([id]) => id).filter((id) => filtersOf(id).length > 2)
  const asked = fc.constantFrom(...many).chain((id) =>
    fc.tuple(
      fc.constant(id),
      fc
        .uniqueArray(fc.constantFrom(...filtersOf(id).map(([name]) => name)), { minLength: 2, maxLength: 3 })
        .chain((names) =>
          fc.tuple(
            ...names.map((name) =>
              fc
                .constantFrom(...(valuesOf[id]?.[name] ?? ['']))
                .map((value): [string, string] => [name, value]),
            ),
          ),
        ),
    ),
  )
  await fc.assert(
    fc.asyncProperty(asked, ([id, filters]) => agree(id, filters)),
    { numRuns: 150 },
  )
})

async function agree(id: string, filters: readonly (readonly [string, string])[]): Promise<void> {
  const query = new URLSearchParams(filters.map(([name, value]) => [name, value])).toString()
  const { status, rows, total } = await list(id, query)
  // What could be no value of the filter may be refused.
  if (status === 406 && filters.some(([, value]) => value === 'nonsense')) return
  expect([query, status]).toEqual([query, 200])
  const wanted = (rowsOf[id] ?? []).filter((row) =>
    filters.every(([name, value]) => MEANING[id]?.[name]?.(row, value)),
  )
  expect([query, keysOf(rows)]).toEqual([query, keysOf(wanted)])
  expect(total).toBe(String(wanted.length))
}

function filtersOf(id: string): [string, Kind][] {
  return Object.entries(PUBLISHED[id] ?? {}).filter(
    ([name, kind]) => kind !== 'max_results' && kind !== 'shown' && name !== 'include_deleted',
  )
}

/** In any order: an exact hit may come first. */
function keysOf(rows: Json[]): string[] {
  return rows.map((row) => row.href ?? JSON.stringify(row)).sort()
}

function pathOf(id: string): string {
  const path = collections.find(([one]) => one === id)?.[1].path ?? ''
  return path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, (_, name: string) => params[name] ?? '')
}

async function list(id: string, query: string) {
  const answer = await organization.owner.get(`${pathOf(id)}?${query}`)
  // Refused pairings are recorded a moment later than others, and nothing else changes meanwhile.
  const rows = answer.status === 200 ? (answer.json as Json[]) : []
  return { status: answer.status, rows, total: answer.headers.get('X-Total-Count') }
}

/** Values that some rows pass, and one that none does. */
function candidates(rows: Json[], name: string, kind: Kind): string[] {
  if (typeof kind !== 'string') return [...kind, 'nonsense']
  const member = (row: Json) => row[name] ?? row[name.replace(/\[.*/, '')]
  const texts = [...new Set(rows.map(member).filter((value) => typeof value === 'string' && value !== ''))]
  switch (kind) {
    case 'part':
      return [
        'nonsense',
        'web',
        'A',
        'ubuntu',
        '10.0.',
        '5',
        ...texts.flatMap((one) => [one, one.slice(1, 4), one.toUpperCase()]),
      ]
    case 'boolean':
      return ['true', 'false', 'nonsense']
    case 'instant': {
      const times = [...rows, ...(rowsOf.vens_get ?? [])].flatMap((row) =>
        [row.timestamp, row.last_heartbeat_at, row.agent?.status.last_heartbeat_on].filter(Boolean),
      )
      const moved = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString()
      const some = [...new Set(times)].slice(0, 8)
      return ['nonsense', '2001-01-01', ...some.flatMap((one) => [one, moved(one, 1), moved(one, -1)])]
    }
    case 'labels': {
      const hrefs = (rowsOf.labels_get ?? []).map(({ href }) => href)
      const [a, b, c] = hrefs
      return [
        'nonsense',
        ...[[[a]], [[b]], [[a, b]], [[a], [c]], [[`${a}99`]]].map((sets) => JSON.stringify(sets)),
      ]
    }
    case 'list': {
      const lists = [['full'], ['idle', 'selective'], []]
      const scopes = (rowsOf.permissions_get ?? []).map(({ scope }) => JSON.stringify(scope))
      return ['nonsense', ...(name === 'scope' ? new Set(scopes) : lists.map((one) => JSON.stringify(one)))]
    }
    case 'href':
      return ['nonsense', ...hrefsFor(name)]
    case 'version':
      return ['nonsense', '21.5.20-8451', '21.5', '21.5.3', '22.0.0-1', '0', '99.1.1-1']
    default:
      return ['nonsense', SERVER, '7', ...texts]
  }
}

function hrefsFor(name: string): string[] {
  const hrefs = (id: string) => (rowsOf[id] ?? []).map(({ href }) => href as string)
  switch (name) {
    case 'ven':
      return hrefs('vens_get').slice(0, 3)
    case 'role':
      return hrefs('roles_get').flatMap((href) => [href, JSON.stringify(href)])
    case 'auth_security_principal':
      return hrefs('auth_security_principals_get')
    default:
      return ['system', '/users/999999999', ...hrefs('users_get'), ...hrefs('service_accounts_get')]
  }
}

/** Machines, labels, accounts and so on, no two of them alike. */
async function makeEverything(): Promise<void> {
  const { organization: id, client, email } = await makeOwner()
  organization = { id, owner: client }
  const path = (rest: string) => orgPath(organization, rest)
  const post = async (rest: string, body: object) => expectStatus(await client.post(path(rest), body), 201)
  const [web, shop, prod] = [
    await makeLabel(organization, 'role', 'Web'),
    await makeLabel(organization, 'app', 'Web shop'),
    await makeLabel(organization, 'env', 'Prod'),
  ]
  await post('/labels', {
    key: 'loc',
    value: 'Ägypten',
    external_data_set: 'cmdb',
    external_data_reference: '7',
  })
  const machines = [
    {
      profile: { name: 'Web servers', labels: [{ href: web }], enforcement_mode: 'full' },
      machine: {
        hostname: 'web-1',
        os_id: 'ubuntu-x86_64-jammy',
        agent_version: '21.5.20-8451',
        at: '10.0.0.5',
      },
    },
    {
      profile: { description: 'A shop', labels: [{ href: web }, { href: shop }], enforcement_mode: 'idle' },
      machine: { hostname: 'Web-2', os_id: 'win-x86_64-server', agent_version: '21.5.3', at: '10.0.1.5' },
    },
    {
      profile: {
        name: 'laptops',
        ven_type: 'endpoint',
        visibility_level: 'flow_off',
        agent_software_release: '17.2.0',
      },
      machine: { hostname: 'laptop-3', agent_version: '22.10.0-1', at: '2001:db8::5' },
    },
    {
      profile: {
        enforcement_mode: 'selective',
        log_traffic: true,
        external_data_set: 'cmdb',
        external_data_reference: '7',
      },
      machine: { hostname: 'db-4', os_id: 'UBUNTU', agent_version: 'beta' },
    },
    {
      profile: { labels: [{ href: prod }], ven_type: 'specified_during_activation' },
      machine: { hostname: 'db-5' },
    },
  ]
  const paired: Json[] = []
  for (const { profile, machine } of machines) {
    const { at, ...facts } = { at: undefined, ...machine } as Json
    const interfaces = at === undefined ? [] : [{ name: 'eth0', address: at }]
    const code = await makeKey(client, await makeProfile(organization, profile))
    paired.push(expectStatus(await activate(code, { ...facts, interfaces }), 201))
  }
  const change = async (href: string, body: object) => expectStatus(await client.put(API + href, body), 204)
  await change(paired[0].workload.href, {
    name: 'front',
    description: 'Ärger mit 5',
    external_data_set: 'cmdb',
  })
  await change(paired[3].workload.href, { name: 'backend', external_data_reference: '7' })
  await change(paired[1].ven.href, { name: 'agent two', description: 'A spare one', status: 'suspended' })
  await eventually(async () =>
    expect((await client.get(path('/workloads'))).json).toHaveLength(machines.length),
  )
  const hoursAgo = [0, 0.5, 2, 30, 0]
  for (const [i, hours] of hoursAgo.entries()) {
    await env.DB.prepare(
      "UPDATE agents SET record = json_set(record, '$.seenAt', json_extract(record, '$.seenAt') - ?1) WHERE record ->> '$.id' = ?2",
    )
      .bind(hours * HOUR, paired[i].workload.href.split('/').at(-1))
      .run()
  }
  const role = (name: string) => ({ href: `/orgs/${id}/roles/${name}` })
  const account = (name: string, roleName: string, seconds: number) =>
    post('/service_accounts', {
      name,
      permissions: [{ role: role(roleName), scope: [] }],
      api_key: { expires_in_seconds: seconds },
    })
  const first = await account('Web robot', 'read_only', 0)
  await account('other', 'admin', -1)
  const group = await post('/auth_security_principals', { type: 'group', name: 'Web people' })
  await post('/permissions', {
    role: role('workload_manager'),
    scope: [{ label: { href: web } }],
    auth_security_principal: { href: group.href },
  })
  await post('/access_restrictions', { name: 'r', ips: ['192.0.2.0/24'] })
  const stranger = new Client(`api_${first.api_key.key_id}`, 'f'.repeat(64))
  expect((await stranger.get(path('/labels'))).status).toBe(401)
  await startJob(client, path('/labels'))
  await eventually(async () => {
    const answer = await client.get(path('/events?event_type=agent.activate'))
    expect(answer.json).toHaveLength(machines.length)
    expect((await client.get(path('/events?status=failure'))).json).toHaveLength(1)
  })
  const users = expectStatus(await client.get(`${API}/users`), 200)
  const user = users.find(({ username }: Json) => username === email)
  params = {
    org: String(id),
    user: user.href.split('/').at(-1),
    release: '21.5.20-8451',
    uuid: paired[0].workload.href.split('/').at(-1),
  }
}
