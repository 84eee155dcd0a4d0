/** What is asked of every route of the PCE dialect alike: an organization with one of everything, and the ways to ask. */
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { type Answer, ask, type Client, makeOrganization, type Organization } from './organization.ts'
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
export const writes = named((route) => route.access !== 'public' && route.method !== 'get')
export const withBody = named((route) => route.body !== undefined)

/** An organization with one of everything, and what goes into its paths and bodies. */
export type Fixture = Organization & {
  readonly params: Readonly<Record<string, string>>
  readonly bodies: Readonly<Record<string, Json>>
}

export async function makeFixture(): Promise<Fixture> {
  const organization = await makeOrganization()
  const label = await makeLabel(organization, 'role', 'Web')
  const profile = await makeProfile(organization, { name: 'p', allowed_uses_per_key: 3 })
  const code = await makeKey(organization.owner, profile)
  const { ven, workload } = expectStatus(await activate(code), 201)
  const last = (href: string) => href.split('/').at(-1) ?? ''
  const release = {
    release: { href: `/orgs/${organization.id}/software/ven/releases/21.5.20-8451` },
  }
  const job = await startJob(organization.owner, orgPath(organization, '/labels'))
  const { created_by: owner } = expectStatus(await organization.owner.get(API + label), 200)
  const [event] = expectStatus(await organization.owner.get(orgPath(organization, '/events')), 200)
  return {
    ...organization,
    params: {
      org: String(organization.id),
      label: last(label),
      profile: last(profile),
      uuid: last(ven.href),
      job: last(job.href),
      user: last(owner.href),
      event: last(event.href),
      version: 'v2',
      release: '21.5.20-8451',
    },
    bodies: {
      labels_post: { key: 'app', value: 'Shop' },
      labels_put: { value: 'Website' },
      pairing_profiles_post: { enabled: true },
      pairing_profiles_put: { name: 'q' },
      pairing_profiles_pairing_key_post: {},
      vens_unpair_put: { vens: [{ href: ven.href }] },
      workloads_unpair_put: { workloads: [{ href: workload.href }] },
      workloads_put: { name: 'n' },
      vens_put: { name: 'n' },
      software_ven_releases_default_put: release,
      software_ven_releases_defaults_put: release,
      agents_activate_post: { activation_code: code },
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
  const labels = await owner.get(orgPath({ id }, '/labels?include_deleted=true'))
  const profiles = await owner.get(orgPath({ id }, '/pairing_profiles'))
  const singles = await Promise.all((profiles.json as Json[]).map(({ href }) => owner.get(API + href)))
  const count = (what: string) =>
    env.DB.prepare(`SELECT count(*) AS n FROM ${what} WHERE organization_id = ?`).bind(id).first('n')
  return {
    labels: labels.json,
    profiles: singles.map(({ json }) => json),
    keys: await count('keys'),
    writes: await count("(SELECT * FROM events WHERE type <> 'agent.enroll')"),
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
    readonly raw?: BodyInit
  } = {},
): Promise<Answer> {
  const path = pathOf(route, { ...fixture.params, ...otherwise.params })
  const body = fixture.bodies[route.operation.id]
  const content = otherwise.raw === undefined ? (route.body ? { body } : {}) : { raw: otherwise.raw }
  const who = otherwise.as === undefined ? fixture.owner : otherwise.as
  const method = route.method.toUpperCase()
  return who ? who.ask(method, path, content) : ask(method, path, content)
}
