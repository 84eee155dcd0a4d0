/**
 * Bodies and answers have the members that the vendor publishes, of the types that it publishes: every operation of a PCE
 * that is here, in one organization. Where Latchkey takes more, or shows less, it says so here.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ANSWERED_AS,
  ANSWERS,
  type Kind,
  type Members,
  REQUESTS,
} from '../../conformance/illumio/published-members.ts'
import { type Answer, ask, Client, makeOwner } from '../../support/organization.ts'
import {
  API,
  activate,
  errorOf,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeProfile,
  orgPath,
  pair,
} from '../../support/pairing.ts'
import { type Fixture, makeFixture, type Route, routes, send } from '../../support/routes.ts'

const IS_OF_POLICY = /^(sec_policy_.*|container_.*|network_enforcement_nodes|security_principals)_get$/
/** Not a PCE's: the activation; or rows of another operation, which a job wrote. */
const UNPUBLISHED = ['agents_activate_post', 'datafile_get']
const known = routes.filter(({ operation: { id } }) => !IS_OF_POLICY.test(id) && !UNPUBLISHED.includes(id))
const named = (wanted: (route: Route) => boolean): [string, Route][] =>
  known.filter(wanted).map((route) => [route.operation.id, route])
const answersJson = ({ replies }: Route) =>
  Object.values(replies).some((reply) => 'schema' in reply && reply.schema !== undefined)
const takers = named(({ body }) => body !== undefined)

/** Their body is a list. */
const LISTS = ['workloads_bulk_update_put', 'workloads_bulk_delete_put', 'software_ven_releases_defaults_put']

/** Types that are taken beyond the published ones: what is shown can be sent back, and `any` is not looked at. */
const ALSO_TAKEN: Readonly<Record<string, Members>> = {
  workloads_put: {
    href: 'any',
    name: 'null',
    service_provider: 'null',
    data_center: 'null',
    data_center_zone: 'null',
  },
  workloads_bulk_update_put: {
    name: 'null',
    service_provider: 'null',
    data_center: 'null',
    data_center_zone: 'null',
  },
  vens_put: { target_pce_fqdn: 'null' },
  settings_put: { num_assets_requiring_ransomware_protection: 'null' },
  // An older form.
  software_ven_releases_default_put: { release: 'object' },
}

/** Required by the vendor, and not here. */
const OPTIONAL_HERE: Readonly<Record<string, readonly string[]>> = {
  users_post: ['type'],
  software_ven_releases_defaults_put: ['ven_type'],
}

/** Published members that no answer has, since nothing here has them. All are optional. */
const NEVER_SHOWN: Readonly<Record<string, readonly string[]>> = {
  health_get: ['available_seconds', 'groups'],
  // Older clients cannot read a list there, and no user is in a group.
  users_get: ['effective_groups', 'presence_status'],
  pairing_profiles_get: ['status', 'status_lock'],
  // Where addresses are known, and here they are not.
  users_login_get: ['last_login_ip_address'],
  workloads_get: [
    'agent.config.security_policy_update_mode',
    'agent.secure_connect',
    'agent.status.security_policy_sync_state',
    'blocked_connection_action',
    'containers_inherit_host_policy',
    'delete_type',
    'deleted_at',
    'deleted_by',
    'detected_vulnerabilities',
    'firewall_coexistence',
    'ike_authentication_certificate',
    'interfaces[].href',
    'risk_summary',
    'services.created_at',
    'services.uptime_seconds',
    'vulnerabilities_summary',
  ],
  vens_get: ['interfaces[].href'],
  workloads_interfaces_get: ['href'],
}

let fixture: Fixture
/** What each operation answered; of a list, its items. */
const shown: Record<string, Json[]> = {}

beforeAll(async () => {
  fixture = await makeFixture()
  await fill(fixture)
  for (const [id, route] of known.map((one): [string, Route] => [one.operation.id, one])) {
    if (route.method === 'get' && route.access !== 'sign_in') note(id, await send(fixture, route))
  }
  note('users_login_get', await logIn())
  for (const [id, route] of takers) if (answersJson(route)) note(id, await put(id, route, await sampleOf(id)))
}, 60_000)

test('every operation with a body, or an answer of JSON, is in the table', () => {
  expect(takers.map(([id]) => id).sort()).toEqual(Object.keys(REQUESTS).sort())
  const answering = named(answersJson).map(([id]) => tableOf(id))
  expect([...new Set(answering)].sort()).toEqual(Object.keys(ANSWERS).sort())
})

describe('a body is taken with what is required, with each further member, and with all of them', () => {
  test.each(takers)('%s', async (id, route) => {
    const members = membersOf(REQUESTS, id)
    const required = (full: Json) => without(full, optionalIn(members))
    const bodies: Json[] = [required(await sampleOf(id)), await sampleOf(id)]
    for (const { path, isRequired } of members.filter(({ path }) => !/[.[]/.test(path))) {
      if (isRequired) continue
      const full = await sampleOf(id)
      expect(full, path).toHaveProperty(path)
      bodies.push({ ...required(full), [path]: full[path] })
    }
    for (const body of bodies) {
      const answer = await put(id, route, body)
      expect([JSON.stringify(body), answer.status, answer.text]).toEqual([
        JSON.stringify(body),
        expect.toSatisfy((status: number) => status < 300),
        expect.not.stringMatching(/validation_failure|"status":"error"(?!.*method_not_allowed)/),
      ])
    }
  })
})

describe('a body is refused without what is required, and with another type than the published ones', () => {
  test.each(takers)('%s', async (id, route) => {
    const full = await sampleOf(id)
    // Nothing that is refused uses it up.
    const wrong: [what: string, body: Json][] = membersOf(REQUESTS, id).flatMap(
      ({ path, isRequired, kind }): [string, Json][] => {
        const taken = [...typesOf(kind), ...typesOf(ALSO_TAKEN[id]?.[path] ?? [])]
        const values = Object.entries(VALUES).filter(([type]) => !taken.includes(type))
        const isEnumeration = typeof kind !== 'string' && !taken.includes('string')
        return [
          ...(isRequired && !OPTIONAL_HERE[id]?.includes(path)
            ? [[`without ${path}`, without(full, [path])] as [string, Json]]
            : []),
          ...values.map(([type, value]): [string, Json] => [`${path}: ${type}`, replaced(full, path, value)]),
          ...(isEnumeration
            ? [[`${path}: nonsense`, replaced(full, path, 'nonsense')] as [string, Json]]
            : []),
        ]
      },
    )
    const answers = await Promise.all(wrong.map(([, body]) => put(id, route, body)))
    for (const [i, answer] of answers.entries()) expectRefused(answer, id, wrong[i]?.[0] ?? '')
  })
})

describe('an answer has what is published, of the published types', () => {
  const answering = [...new Set(named(answersJson).map(([id]) => tableOf(id)))]
  test.each(answering)('%s', (id) => {
    const rows = named(answersJson).flatMap(([one]) => (tableOf(one) === id ? (shown[one] ?? []) : []))
    const missing = new Set<string>()
    for (const { path, isRequired, kind } of membersOf(ANSWERS, id)) {
      const found = rows.flatMap((row) => placesOf(row, path))
      const values = found.map(({ at, name }) => at[name])
      for (const value of values.filter((one) => one !== undefined)) {
        expect([path, value]).toEqual([path, expect.toSatisfy((one: Json) => isOf(one, kind))])
      }
      const absent = values.filter((one) => one === undefined)
      if (isRequired ? absent.length > 0 : absent.length === values.length) missing.add(path)
    }
    expect([...missing].sort()).toEqual([...(NEVER_SHOWN[id] ?? [])].sort())
  })
})

type Member = { readonly path: string; readonly isRequired: boolean; readonly kind: Kind }

function membersOf(table: Readonly<Record<string, Members>>, id: string): Member[] {
  return Object.entries(table[id] ?? {}).map(([name, kind]) => ({
    path: name.replace(/!$/, ''),
    isRequired: name.endsWith('!'),
    kind,
  }))
}

function tableOf(id: string): string {
  return ANSWERED_AS[id] ?? id
}

function optionalIn(members: readonly Member[]): string[] {
  return members.filter(({ isRequired }) => !isRequired).map(({ path }) => path)
}

const VALUES: Readonly<Record<string, unknown>> = {
  string: 'text',
  integer: 7,
  boolean: true,
  null: null,
  array: [],
  object: {},
}

function typesOf(kind: Kind): readonly string[] {
  if (typeof kind !== 'string') return []
  return kind === 'any' ? Object.keys(VALUES) : kind.split('|')
}

function isOf(value: Json, kind: Kind): boolean {
  if (typeof kind !== 'string') return kind.includes(value)
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return typesOf(kind).includes(type === 'number' && Number.isInteger(value) ? 'integer' : type)
}

/** Where a path leads to in a value: what should have its last name, as often as lists have items. */
function placesOf(value: Json, path: string): { readonly at: Json; readonly name: string }[] {
  const names = path.replaceAll('[]', '.[]').split('.')
  const last = names.pop() ?? ''
  let places: Json[] = [value]
  for (const name of names) {
    places = places.flatMap((at) => (name === '[]' ? at : [at[name]])).filter((at) => at != null)
  }
  if (last === '[]') return places.flatMap((at) => (at as Json[]).map((_, i) => ({ at, name: String(i) })))
  return places.filter((at) => typeof at === 'object').map((at) => ({ at, name: last }))
}

function without(value: Json, paths: readonly string[]): Json {
  const rest = structuredClone(value)
  for (const path of paths) for (const { at, name } of placesOf(rest, path)) delete at[name]
  return rest
}

function replaced(value: Json, path: string, by: unknown): Json {
  const other = structuredClone(value)
  for (const { at, name } of placesOf(other, path)) at[name] = by
  return other
}

function expectRefused(answer: Answer, id: string, what: string): void {
  // Each of many has its own answer.
  const [one] = (answer.json ?? []) as Json[]
  const error =
    id === 'workloads_bulk_update_put' && answer.status === 200 ? `${one?.token}: ${one?.message}` : ''
  const shown = error || (answer.status === 406 ? errorOf(answer) : answer.text)
  expect([what, answer.status === 406 || error !== '', shown]).toEqual([
    what,
    true,
    expect.stringMatching(/^(input_validation_error|invalid_uri): /),
  ])
}

function note(id: string, answer: Answer): void {
  if (answer.status >= 300 || answer.json === undefined) return
  const rows: Json[] = Array.isArray(answer.json) ? answer.json : [answer.json]
  shown[id] = [...(shown[id] ?? []), ...rows]
}

async function put(id: string, route: Route, body: Json): Promise<Answer> {
  const raw = JSON.stringify(LISTS.includes(id) ? [body] : body)
  if (id === 'login_users_me_password_put') {
    // Who takes part elsewhere keeps the password.
    const { email, password } = await makeOwner()
    return send(fixture, route, { raw, as: new Client(email, password) })
  }
  return send(fixture, route, { raw, params: id === 'users_put' ? { user: invited } : {} })
}

let invited = ''

/** Beside one of everything: a machine with labels and interfaces, an event of each kind, and a user without a password. */
async function fill(organization: Fixture): Promise<void> {
  const { owner, params } = organization
  const label = { href: `/orgs/${params.org}/labels/${params.label}` }
  const machine = {
    hostname: 'db-01',
    interfaces: [{ name: 'eth0', address: '10.0.0.5', cidr_block: 24, default_gateway_address: '10.0.0.1' }],
  }
  const { workload } = await pair(organization, machine, { labels: [label] })
  const reinvite = routes.find(({ operation: { id } }) => id === 'users_local_profile_reinvite_put')
  const made = await owner.post(`${API}/users`, { username: unique('@invited.example'), type: 'local' })
  invited = expectStatus(made, 201).href.split('/').at(-1)
  if (reinvite) note(reinvite.operation.id, await send(organization, reinvite, { params: { user: invited } }))
  // A scope, a restriction, an expired key, a refused pairing and a denied request.
  const restriction = { href: `/orgs/${params.org}/access_restrictions/${params.restriction}` }
  const account = {
    name: unique(),
    access_restriction: restriction,
    permissions: [{ role: roleHref('workload_manager'), scope: [{ label }] }],
    api_key: { expires_in_seconds: 0 },
  }
  const { api_key } = expectStatus(await owner.post(orgPath(organization, '/service_accounts'), account), 201)
  const spent = new Client(api_key.auth_username, api_key.secret)
  expect((await spent.get(orgPath(organization, '/labels'))).status).toBe(401)
  const key = { expires_in_seconds: 60 }
  const second = expectStatus(
    await owner.post(`${API}/orgs/${params.org}/service_accounts/${params.account}/api_keys`, key),
    201,
  )
  const reader = new Client(second.auth_username, second.secret)
  expect((await reader.post(orgPath(organization, '/labels'), { key: 'app', value: 'x' })).status).toBe(403)
  const principal = { type: 'group', name: unique(), access_restriction: restriction }
  expectStatus(await owner.post(orgPath(organization, '/auth_security_principals'), principal), 201)
  expectStatus(await owner.put(orgPath(organization, '/settings'), { cloud_secure_tenant_id: 't' }), 204)
  expect(
    await activate(await makeKey(owner, await makeProfile(organization, { enabled: false }))),
  ).toMatchObject({ status: 401 })
  await eventually(async () => {
    const listed = expectStatus(await owner.get(orgPath(organization, '/workloads')), 200) as Json[]
    expect(listed.map(({ href }) => href)).toContain(workload.href)
    const keys = expectStatus(await owner.get(orgPath(organization, '/api_keys')), 200) as Json[]
    expect(keys.some(({ last_login_on }) => last_login_on)).toBe(true)
    for (const type of ['agent.activate', 'request.authentication_failed', 'request.authorization_failed']) {
      const events = expectStatus(
        await owner.get(orgPath(organization, `/events?event_type=${type}`)),
        200,
      ) as Json[]
      expect(events, type).not.toEqual([])
    }
  })
  note('labels_get', await owner.get(orgPath(organization, '/labels?usage=true')))
  note(
    'workloads_bulk_update_put',
    await owner.put(orgPath(organization, '/workloads/bulk_update'), [{ href: '/x' }]),
  )
  const reading = expectStatus(await owner.get(orgPath(organization, '/vens')), 200) as Json[]
  fixture = { ...organization, params: { ...params, uuid: reading.at(-1).href.split('/').at(-1) } }
}

function roleHref(name: string) {
  return { href: `/orgs/${fixture.params.org}/roles/${name}` }
}

function unique(end = ''): string {
  return `u${crypto.randomUUID()}${end}`
}

async function logIn(): Promise<Answer> {
  const { email, password } = await makeOwner()
  const once = async () => {
    const got = await new Client(email, password).post(`${API}/login_users/authenticate`, {})
    note('login_users_authenticate_post', got)
    const { auth_token } = expectStatus(got, 200)
    return ask('GET', `${API}/users/login`, { headers: { Authorization: `Token token=${auth_token}` } })
  }
  // The second one shows the first.
  expectStatus(await once(), 200)
  return once()
}

const external = () => ({ external_data_set: 'set', external_data_reference: unique() })

/** A body with every published member. Names that may be there once only are new each time. */
async function sampleOf(id: string): Promise<Json> {
  const { params, owner } = fixture
  const at = (rest: string) => ({ href: `/orgs/${params.org}/${rest}` })
  const label = at(`labels/${params.label}`)
  const restriction = at(`access_restrictions/${params.restriction}`)
  const newPrincipal = async () => {
    const made = await owner.post(orgPath(fixture, '/auth_security_principals'), {
      type: 'group',
      name: unique(),
    })
    return { href: expectStatus(made, 201).href }
  }
  const permissions = [{ role: roleHref('read_only'), scope: [] }]
  const profile = {
    name: 'p',
    description: 'd',
    mode: 'illuminated',
    mode_lock: true,
    enforcement_mode: 'visibility_only',
    enforcement_mode_lock: true,
    enabled: true,
    allowed_uses_per_key: 5,
    key_lifespan: 3_600,
    labels: [label],
    env_label_lock: true,
    loc_label_lock: true,
    role_label_lock: true,
    app_label_lock: true,
    log_traffic: true,
    log_traffic_lock: true,
    visibility_level: 'flow_drops',
    visibility_level_lock: true,
    ...external(),
    agent_software_release: '21.5.20-8451',
  }
  const workload = {
    href: at(`workloads/${params.uuid}`).href,
    name: 'n',
    description: 'd',
    ...external(),
    service_principal_name: 's',
    agent_to_pce_certificate_authentication_id: 'CN=web',
    service_provider: 'p',
    data_center: 'c',
    data_center_zone: 'z',
    labels: [label],
    agent: { config: { mode: 'illuminated', log_traffic: true }, status: { status: 'active' } },
    enforcement_mode: 'visibility_only',
    datacenter_nat_1to1: true,
  }
  const entry = (value: string, amount: number) => [{ scope: [], [value]: amount, ven_type: 'server' }]
  const timeouts = {
    workload_disconnected_timeout_seconds: entry('value', 3_600),
    workload_goodbye_timeout_seconds: entry('value', 0),
    workload_disconnected_notification_seconds: entry('warning', -1),
    ven_uninstall_timeout_hours: [{ scope: [], value: 0 }],
  }
  const release = at('software/ven/releases/21.5.20-8451')
  switch (id) {
    case 'labels_post':
      return { key: 'app', value: unique(), ...external() }
    case 'labels_put':
      return { value: unique(), ...external() }
    case 'pairing_profiles_post':
      return { ...profile, ven_type: 'server' }
    case 'pairing_profiles_put':
      return profile
    case 'pairing_profiles_pairing_key_post':
      return {}
    case 'workloads_put':
    case 'workloads_bulk_update_put':
      return workload
    case 'workloads_bulk_delete_put':
      return { href: workload.href }
    case 'workloads_unpair_put':
      return { workloads: [{ href: (await pair(fixture)).workload.href }], ip_table_restore: 'saved' }
    case 'vens_unpair_put':
      return { vens: [{ href: (await pair(fixture)).ven.href }], firewall_restore: 'saved' }
    case 'workloads_set_flow_reporting_frequency_post':
      return { workloads: [{ href: workload.href }] }
    case 'vens_put':
      return { target_pce_fqdn: 'latchkey.example', name: 'n', description: 'd', status: 'suspended' }
    case 'users_post':
      return { username: unique('@invited.example'), full_name: 'F', time_zone: 'UTC', type: 'local' }
    case 'users_put':
      return { full_name: 'F', time_zone: 'UTC', locked: true }
    case 'users_api_keys_post':
    case 'users_api_keys_put':
      return { name: 'k', description: 'd' }
    case 'login_users_me_password_put':
      return { password: 'Another-Password-1' }
    case 'access_restrictions_post':
    case 'access_restrictions_put':
      return { name: unique(), description: 'd', ips: ['192.0.2.0/24'], enforcement_exclusions: ['api_keys'] }
    case 'auth_security_principals_post':
    case 'auth_security_principals_put':
      return { type: 'group', name: unique(), display_name: 'D', access_restriction: restriction }
    case 'permissions_post':
    case 'permissions_put':
      return { role: roleHref('read_only'), scope: [], auth_security_principal: await newPrincipal() }
    case 'service_accounts_post':
      return {
        name: unique(),
        description: 'd',
        access_restriction: restriction,
        permissions,
        api_key: { expires_in_seconds: 'default' },
      }
    case 'service_accounts_put': {
      const found = await owner.get(orgPath(fixture, `/service_accounts/${params.account}`))
      const [{ href }] = expectStatus(found, 200).permissions
      return {
        name: unique(),
        description: 'd',
        access_restriction: restriction,
        permissions: [{ href, ...permissions[0] }],
      }
    }
    case 'service_accounts_api_keys_post':
      return { expires_in_seconds: 60 }
    case 'settings_put':
      return {
        num_assets_requiring_ransomware_protection: 10,
        automatic_label_application_on_ven_activation: true,
        rule_based_label_maker_schedule_enabled: true,
        rule_based_label_maker_schedule: { frequency: 'weekly', day_of_week: ['monday'] },
        max_api_key_expiration_in_seconds: 86_400,
        expired_api_keys_retention_in_seconds: 86_400,
        advanced_ruleset_display: false,
        ven_maintenance_token_required: false,
        cloud_secure_tenant_id: 't',
        use_census_permissions: true,
      }
    case 'settings_events_put':
      return {
        audit_event_retention_seconds: 86_400,
        audit_event_min_severity: 'informational',
        format: 'JSON',
      }
    case 'settings_workloads_put':
      return timeouts
    case 'software_ven_releases_default_put':
      return { release: '21.5.20-8451' }
    case 'software_ven_releases_defaults_put':
      return { href: release.href, ven_type: 'server' }
    default:
      throw new Error(`no body for ${id}`)
  }
}
