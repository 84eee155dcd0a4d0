/** What is asked of every route of the PCE dialect alike: an organization with one of everything, and the ways to ask. */
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { type Answer, ask, Client, makeOwner, type Organization } from './organization.ts'
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
} from './pairing.ts'

export type Route = (typeof illumio.chapter.routes)[number] & { readonly access: unknown }

export const routes = illumio.chapter.routes as readonly Route[]
export const named = (wanted: (route: Route) => boolean): [string, Route][] =>
  routes.filter(wanted).map((route) => [`${route.method.toUpperCase()} ${route.path}`, route])

export const all = named(() => true)
export const guarded = named((route) => route.access !== 'public')
export const ofOrganization = named((route) => route.path.includes('/:org/'))
export const writes = named(
  ({ access, method }) => access !== 'public' && !String(access).endsWith('password') && method !== 'get',
)
export const withBody = named((route) => route.body !== undefined)

/** An organization with one of everything, and what goes into its paths and bodies. */
export type Fixture = Organization & {
  /** The owner, by e-mail address and password. */
  readonly login: Client
  readonly params: Readonly<Record<string, string>>
  readonly bodies: Readonly<Record<string, Json>>
}

export async function makeFixture(): Promise<Fixture> {
  const { organization: id, client, email, password } = await makeOwner()
  const organization = { id, owner: client }
  const label = await makeLabel(organization, 'role', 'Web')
  const profile = await makeProfile(organization, { name: 'p', allowed_uses_per_key: 3 })
  const code = await makeKey(organization.owner, profile)
  const { ven, workload } = expectStatus(await activate(code), 201)
  const last = (href: string) => href.split('/').at(-1) ?? ''
  const release = {
    release: { href: `/orgs/${organization.id}/software/ven/releases/21.5.20-8451` },
  }
  const job = await startJob(organization.owner, orgPath(organization, '/labels'))
  const [event] = expectStatus(await organization.owner.get(orgPath(organization, '/events')), 200)
  const make = async (path: string, body: object) =>
    expectStatus(await client.post(orgPath(organization, path), body), 201)
  const role = { href: `/orgs/${id}/roles/read_only` }
  const restriction = await make('/access_restrictions', { name: 'r', ips: ['192.0.2.0/24'] })
  const permissions = [{ role, scope: [] }]
  const api_key = { expires_in_seconds: 'default' }
  const account = await make('/service_accounts', { name: 'a', permissions, api_key })
  const principal = await make('/auth_security_principals', { type: 'group', name: 'g' })
  const given = { role, scope: [], auth_security_principal: { href: principal.href } }
  const permission = await make('/permissions', given)
  const [user] = expectStatus(await client.get(`${API}/users`), 200)
  const own = expectStatus(await client.post(`${API}${user.href}/api_keys`, { name: 'own' }), 201)
  const invited = { username: `${crypto.randomUUID()}@invited.example` }
  return {
    ...organization,
    login: new Client(email, password),
    params: {
      org: String(organization.id),
      label: last(label),
      profile: last(profile),
      uuid: last(ven.href),
      job: last(job.href),
      event: last(event.href),
      version: 'v2',
      release: '21.5.20-8451',
      user: last(user.href),
      key: account.api_key.key_id,
      own: own.key_id,
      account: last(account.href),
      principal: last(principal.href),
      permission: last(permission.href),
      restriction: last(restriction.href),
      role: 'owner',
      dimension: '6c61726b-0000-4000-8000-000000000001',
      pversion: 'draft',
    },
    bodies: {
      labels_post: { key: 'app', value: 'Shop' },
      labels_put: { value: 'Website' },
      pairing_profiles_post: { enabled: true },
      pairing_profiles_put: { name: 'q' },
      pairing_profiles_pairing_key_post: {},
      vens_unpair_put: { vens: [{ href: ven.href }] },
      workloads_unpair_put: { workloads: [{ href: workload.href }] },
      workloads_bulk_update_put: [{ href: workload.href, name: 'n' }],
      workloads_bulk_delete_put: [{ href: workload.href }],
      workloads_put: { name: 'n' },
      vens_put: { name: 'n' },
      software_ven_releases_default_put: release,
      software_ven_releases_defaults_put: release,
      agents_activate_post: { activation_code: code },
      login_users_me_password_put: { password: 'Another-Password-1' },
      users_post: invited,
      users_put: { full_name: 'Somebody' },
      users_api_keys_post: { name: 'k' },
      users_api_keys_put: { name: 'l' },
      service_accounts_post: { name: 'b', permissions, api_key },
      service_accounts_put: { description: 'c' },
      service_accounts_api_keys_post: api_key,
      permissions_post: { ...given, role: { href: `/orgs/${id}/roles/admin` } },
      permissions_put: { scope: [] },
      auth_security_principals_post: { type: 'user', name: 'x@y.example' },
      auth_security_principals_put: { display_name: 'G' },
      access_restrictions_post: { name: 's', ips: ['2001:db8::/32'] },
      access_restrictions_put: { ips: ['192.0.2.1'] },
      workloads_set_flow_reporting_frequency_post: { workloads: [{ href: workload.href }] },
      settings_workloads_put: { ven_uninstall_timeout_hours: [{ scope: [], value: 0 }] },
      settings_put: { max_api_key_expiration_in_seconds: 60 },
      settings_events_put: { audit_event_retention_seconds: 86_400 },
    },
  }
}

/** A job of that collection, done. */
export async function startJob(who: Client, path: string): Promise<Json> {
  const accepted = await who.ask('GET', path, { headers: { Prefer: 'respond-async' } })
  expect([accepted.status, accepted.text]).toEqual([202, ''])
  return eventually(async () => {
    const job = expectStatus(await who.get(API + accepted.headers.get('Location')), 200)
    expect(job.status).toBe('done')
    return job
  })
}

export function pathOf(route: Route, params: Readonly<Record<string, string>>): string {
  return route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, (_, name: string) => params[name] ?? '')
}

/** All that a write could have changed. Events of redemptions come a second later by themselves: what a redemption does is read from the ledgers. */
export async function snapshot({ id, owner }: Organization): Promise<unknown> {
  const get = (path: string) => owner.get(orgPath({ id }, path))
  const count = (what: string) =>
    env.DB.prepare(`SELECT count(*) AS n FROM ${what} WHERE organization_id = ?`).bind(id).first('n')
  const readProfiles = async () => {
    const profiles = await get('/pairing_profiles')
    return Promise.all((profiles.json as Json[]).map(({ href }) => owner.get(API + href)))
  }
  const [labels, profiles, access, keys, writes] = await Promise.all([
    get('/labels?include_deleted=true'),
    readProfiles(),
    Promise.all(['/service_accounts', '/access_restrictions', '/settings', '/settings/events'].map(get)),
    count('keys'),
    // What was refused is recorded a moment later, and is no write.
    count("(SELECT * FROM events WHERE type NOT IN ('agent.enroll', 'request.deny', 'api_key.refuse'))"),
  ])
  return {
    access: access.map(({ text }) => text.replaceAll(/"last_login_on":"[^"]*"/g, '')),
    labels: labels.json,
    profiles: profiles.map(({ json }) => json),
    keys,
    writes,
  }
}

export function expectArray(answer: Answer, status: number, token: string): void {
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'application/json'])
  expect(answer.json).toEqual([{ token, message: expect.any(String) }])
  expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
}

export function expectNoBody(answer: Answer, status: number): void {
  expect([answer.status, answer.text, answer.headers.get('Content-Type')]).toEqual([status, '', null])
}

/** Sends a route what it wants, but for what is said otherwise. */
export function send(
  fixture: Fixture,
  route: Route,
  otherwise: {
    readonly as?: Client | null
    readonly params?: Readonly<Record<string, string>>
    readonly query?: string
    readonly raw?: BodyInit
  } = {},
): Promise<Answer> {
  const path = pathOf(route, { ...fixture.params, ...otherwise.params }) + (otherwise.query ?? '')
  const body = fixture.bodies[route.operation.id]
  const content = otherwise.raw === undefined ? (route.body ? { body } : {}) : { raw: otherwise.raw }
  const own = String(route.access).endsWith('password') ? fixture.login : fixture.owner
  const who = otherwise.as === undefined ? own : otherwise.as
  const method = route.method.toUpperCase()
  return who ? who.ask(method, path, content) : ask(method, path, content)
}
