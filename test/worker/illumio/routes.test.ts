/** The same questions to every route of the dialect's table: who asks, in what shape, by which method. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { illumio } from '../../../src/dialects/illumio/dialect.ts'
import {
  type Answer,
  ask,
  Client,
  makeMember,
  makeOrganization,
  type Organization,
} from '../../support/organization.ts'
import {
  API,
  activate,
  errorOf,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
  orgPath,
} from '../../support/pairing.ts'

type Route = (typeof illumio.chapter.routes)[number] & { readonly access: unknown }

const routes = illumio.chapter.routes as readonly Route[]
const named = (wanted: (route: Route) => boolean): [string, Route][] =>
  routes.filter(wanted).map((route) => [`${route.method.toUpperCase()} ${route.path}`, route])

const all = named(() => true)
const guarded = named((route) => route.access !== 'public')
const ofOrganization = named((route) => route.path.includes('/:org/'))
const writes = named((route) => route.access !== 'public' && route.method !== 'get')
const withBody = named((route) => route.body !== undefined)

/** An organization with one of everything, and what goes into its paths and bodies. */
type Fixture = Organization & {
  readonly params: Readonly<Record<string, string>>
  readonly bodies: Readonly<Record<string, Json>>
}

async function makeFixture(): Promise<Fixture> {
  const organization = await makeOrganization()
  const label = await makeLabel(organization, 'role', 'Web')
  const profile = await makeProfile(organization, { name: 'p', allowed_uses_per_key: 3 })
  const code = await makeKey(organization.owner, profile)
  const { ven } = expectStatus(await activate(code), 201)
  const last = (href: string) => href.split('/').at(-1) ?? ''
  return {
    ...organization,
    params: {
      org: String(organization.id),
      label: last(label),
      profile: last(profile),
      uuid: last(ven.href),
      version: 'v2',
    },
    bodies: {
      labels_post: { key: 'app', value: 'Shop' },
      labels_put: { value: 'Website' },
      pairing_profiles_post: { enabled: true },
      pairing_profiles_put: { name: 'q' },
      pairing_profiles_pairing_key_post: {},
      vens_unpair_put: { vens: [{ href: ven.href }] },
      agents_activate_post: { activation_code: code },
    },
  }
}

function pathOf(route: Route, params: Readonly<Record<string, string>>): string {
  return route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, (_, name: string) => params[name] ?? '')
}

/** All that a write could have changed. Events of redemptions come a second later by themselves: what a redemption does is read from the ledgers. */
async function snapshot({ id, owner }: Organization): Promise<unknown> {
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

function expectArray(answer: Answer, status: number, token: string): void {
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'application/json'])
  expect(answer.json).toEqual([{ token, message: expect.any(String) }])
  expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
}

function expectNoBody(answer: Answer, status: number): void {
  expect([answer.status, answer.text, answer.headers.get('Content-Type')]).toEqual([status, '', null])
}

/** Sends a route what it wants, but for what is said otherwise. */
function send(
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

let fixture: Fixture
beforeAll(async () => {
  fixture = await makeFixture()
})

test('the table has what the contract asks for, and the suite a body for each that takes one', () => {
  expect(all.map(([name]) => name.replace('/api/v2', '').replaceAll(/\{[^}]*\}/g, ''))).toEqual([
    'GET /health',
    'GET /product_version',
    'GET /noop',
    'GET /node_available',
    'GET /orgs/:org/settings/workloads',
    'GET /orgs/:org/labels',
    'GET /orgs/:org/labels/:label',
    'POST /orgs/:org/labels',
    'PUT /orgs/:org/labels/:label',
    'DELETE /orgs/:org/labels/:label',
    'GET /orgs/:org/pairing_profiles',
    'GET /orgs/:org/pairing_profiles/:profile',
    'POST /orgs/:org/pairing_profiles',
    'PUT /orgs/:org/pairing_profiles/:profile',
    'DELETE /orgs/:org/pairing_profiles/:profile',
    'POST /orgs/:org/pairing_profiles/:profile/pairing_key',
    'DELETE /orgs/:org/pairing_profiles/:profile/pairing_keys',
    'GET /orgs/:org/workloads',
    'GET /orgs/:org/workloads/:uuid',
    'GET /orgs/:org/vens',
    'PUT /orgs/:org/vens/unpair',
    'GET /orgs/:org/vens/:uuid',
    'POST /agents/activate',
    'GET /api/:version/software/ven/image',
  ])
  for (const [, route] of withBody) expect(fixture.bodies).toHaveProperty(route.operation.id)
})

describe('without a credential: 401', () => {
  test.each(guarded)('%s', async (_, route) => {
    expectArray(await send(fixture, route, { as: null }), 401, 'authentication_error')
  })
})

describe('with a wrong credential: 401', () => {
  test.each(guarded)('%s', async (_, route) => {
    const { username, secret } = fixture.owner
    const stranger = await makeOrganization()
    const wrong = [
      new Client(username, `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`),
      new Client(username, stranger.owner.secret),
      new Client(username, ''),
      new Client(username.slice('api_'.length), secret),
      new Client('owner@demo.example', secret),
      new Client('user_1', secret),
      new Client('api_1', 'x'),
    ]
    for (const as of wrong) expectArray(await send(fixture, route, { as }), 401, 'authentication_error')
    const path = pathOf(route, fixture.params)
    for (const Authorization of [
      'Basic',
      'Basic %%%',
      'Basic YQ==',
      `Bearer ${secret}`,
      `Token token=${secret}`,
      '',
    ]) {
      const answer = await ask(route.method.toUpperCase(), path, { headers: { Authorization } })
      expectArray(answer, 401, 'authentication_error')
    }
  })

  test('the name of the scheme is in any case', async () => {
    const Authorization = fixture.owner.authorization.replace('Basic', 'bAsIc')
    expect((await ask('GET', `${API}/noop`, { headers: { Authorization } })).status).toBe(200)
  })
})

describe('another organization: 403, and nothing changed', () => {
  test.each(ofOrganization)('%s', async (_, route) => {
    const stranger = await makeOrganization()
    const before = await snapshot(fixture)
    expectArray(await send(fixture, route, { as: stranger.owner }), 403, 'authorization_error')
    for (const org of [String(stranger.id), '0', '999999999', '-1', 'abc', '1e0', '%E0%A4%A', '__proto__']) {
      expectArray(await send(fixture, route, { params: { org } }), 403, 'authorization_error')
    }
    expect(await snapshot(fixture)).toEqual(before)
  })
})

describe('a member who only reads: 403 on every write, and nothing changed', () => {
  test.each(writes)('%s', async (_, route) => {
    const before = await snapshot(fixture)
    for (const role of ['read_only', 'global_object_provisioner', 'ruleset_manager', 'ruleset_viewer']) {
      const as = await makeMember(fixture.id, `illumio:${role}`)
      expectArray(await send(fixture, route, { as }), 403, 'authorization_error')
      // Before the body is looked at.
      expectArray(await send(fixture, route, { as, raw: '{' }), 403, 'authorization_error')
    }
    expect(await snapshot(fixture)).toEqual(before)
  })
})

describe('a principal without a role: 403 wherever a permission is asked', () => {
  test.each(ofOrganization)('%s', async (_, route) => {
    const as = await makeMember(fixture.id)
    expectArray(await send(fixture, route, { as }), 403, 'authorization_error')
  })
})

describe('a method that the path does not know: 405 without a body', () => {
  test.each(all)('%s', async (_, route) => {
    const path = pathOf(route, fixture.params)
    const known = routes
      .filter((other) => pathOf(other, fixture.params) === path)
      .map(({ method }) => method.toUpperCase())
    const before = await snapshot(fixture)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (known.includes(method)) continue
      const answer = await fixture.owner.ask(method, path, method === 'GET' ? {} : { raw: '{' })
      expectNoBody(answer, 405)
      expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual([...known].sort())
    }
    expect(await snapshot(fixture)).toEqual(before)
  })
})

describe('an object that is not there, or a name that can’t be one: 404 without a body, before the body is read', () => {
  const single = named((route) => /:(label|profile|uuid)/.test(route.path))
  test.each(single)('%s', async (_, route) => {
    const raw = route.body ? { raw: '{' } : {}
    for (const id of [
      '999999999',
      '00',
      '0',
      'abc',
      '-1',
      '1.5',
      '%E0%A4%A',
      '%00',
      '__proto__',
      '9'.repeat(400),
    ]) {
      const params = { label: id, profile: id, uuid: id }
      expectNoBody(await send(fixture, route, { params, ...raw }), 404)
    }
  })
})

describe('doubled slashes are single ones', () => {
  test.each(named((route) => route.method === 'get'))('%s', async (_, route) => {
    const path = pathOf(route, fixture.params)
    const query =
      route.operation.id === 'software_ven_image_get'
        ? `?pair_script=pair.sh&profile_id=${fixture.params.profile}`
        : ''
    const single = await fixture.owner.get(path + query)
    const doubled = await fixture.owner.get(path.replaceAll('/', '//') + query)
    expect([single.status, doubled.status]).toEqual([200, 200])
  })
})

describe('a body of the wrong shape: 406, and nothing changed', () => {
  const NOT_OBJECTS = ['null', '[]', '"x"', '1', 'true', '[{}]']
  const NOT_JSON = ['{', '{"a":}', 'enabled=true', '{"a":NaN}', "{'a':1}", '\u0000', '{}{}']

  test.each(withBody)('%s', async (_, route) => {
    const before = await snapshot(fixture)
    for (const raw of [...NOT_OBJECTS, ...NOT_JSON, '', '   ']) {
      expectArray(await send(fixture, route, { raw }), 406, 'input_validation_error')
    }
    const utf8 = new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])
    expectArray(await send(fixture, route, { raw: utf8 }), 406, 'input_validation_error')
    const unknown = await send(fixture, route, {
      raw: JSON.stringify({ ...fixture.bodies[route.operation.id], foo: 1 }),
    })
    expectArray(unknown, 406, 'input_validation_error')
    expect(errorOf(unknown)).toContain(
      `The property '#/' contains additional properties ["foo"] outside of the schema when none are allowed in schema ${route.operation.id}.schema.json`,
    )
    const polluting = await send(fixture, route, {
      raw: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    })
    expectArray(polluting, 406, 'input_validation_error')
    expect(({} as Json).polluted).toBeUndefined()
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expectArray(await send(fixture, route, { raw: `{"foo":${deep}}` }), 406, 'input_validation_error')
    expect(await snapshot(fixture)).toEqual(before)
  })

  test.each(withBody)('%s: more than 1 MiB is 413, announced or not', async (_, route) => {
    const before = await snapshot(fixture)
    const raw = JSON.stringify({ foo: 'x'.repeat(1024 * 1024) })
    expectArray(await send(fixture, route, { raw }), 413, 'payload_too_large')
    const stream = new Response(raw).body as ReadableStream
    expectArray(await send(fixture, route, { raw: stream }), 413, 'payload_too_large')
    expect(await snapshot(fixture)).toEqual(before)
  })
})

test.each(withBody)('%s: a member that is repeated counts as it stands last', async (_, route) => {
  const own = await makeFixture()
  const body = own.bodies[route.operation.id]
  const [first] = Object.keys(body)
  const rest = JSON.stringify(body).slice(1)
  const raw = first === undefined ? '{}' : `{"${first}":{"no":"value"},${rest}`
  expect((await send(own, route, { raw })).status).toBeLessThan(300)
})

test.each(withBody)(
  '%s: no value of any member makes it fail',
  async (_, route) => {
    const own = await makeFixture()
    const schema = route.body?.schema
    const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const values = [
      '1e400',
      '-1e400',
      '-1',
      '0',
      '9007199254740993',
      '1.5',
      'null',
      '[]',
      '{}',
      '""',
      '"\\u0000"',
      '"\\ud800"',
      `"${'x'.repeat(5_000)}"`,
      '[null]',
      '[{"href":null}]',
      '[{"href":"/orgs/1/labels/99999999999999999999"}]',
      deep,
    ]
    for (const name of names) {
      for (const value of values) {
        const { [name]: _, ...others } = own.bodies[route.operation.id]
        const rest = JSON.stringify(others).slice(1)
        const raw = `{"${name}":${value}${rest === '}' ? '' : ','}${rest}`
        const answer = await send(own, route, { raw })
        expect(answer.status, `${name}: ${value.slice(0, 40)} → ${answer.text.slice(0, 200)}`).toBeLessThan(
          500,
        )
      }
    }
  },
  30_000,
)

describe('paths that nobody knows', () => {
  test('below /orgs: 401 without a credential, then 403, then 404', async () => {
    for (const rest of ['', '/nothing', '/pairing_profiles/1/nothing', '/labels/', '/%E0%A4%A']) {
      expectArray(await ask('GET', orgPath(fixture, rest)), 401, 'authentication_error')
      expectArray(await fixture.owner.get(`${API}/orgs/0${rest}`), 403, 'authorization_error')
      expectNoBody(await fixture.owner.get(orgPath(fixture, rest)), 404)
    }
    expectArray(await ask('GET', `${API}/orgs`), 401, 'authentication_error')
  })

  test('elsewhere: 404', async () => {
    for (const path of [API, `${API}/`, `${API}/nothing`, `${API}/agents`, `${API}/users/1/nothing`]) {
      expectNoBody(await ask('GET', path), 404)
    }
  })

  test('the order of checks: credential, organization, method', async () => {
    const path = orgPath(fixture, '/labels')
    expectArray(await ask('PATCH', path), 401, 'authentication_error')
    expectArray(await fixture.owner.ask('PATCH', `${API}/orgs/0/labels`), 403, 'authorization_error')
    expectNoBody(await fixture.owner.ask('PATCH', path), 405)
  })
})

test('HEAD is GET without its body', async () => {
  const answer = await fixture.owner.ask('HEAD', orgPath(fixture, '/labels'))
  expect([answer.status, answer.text, answer.headers.get('X-Total-Count')]).toEqual([200, '', '1'])
})

test('every reply with a body is exactly application/json', async () => {
  for (const [, route] of named((route) => route.method === 'get' && route.access !== 'public')) {
    const answer = await send(fixture, route)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/json'])
  }
})

test('the OpenAPI document has every route, its errors, and who may', async () => {
  const { paths } = expectStatus(await ask('GET', '/openapi.json'), 200)
  for (const [, route] of all) {
    const path = route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, '{$1}')
    const documented = paths[path]?.[route.method]
    expect(documented).toMatchObject({ operationId: route.operation.id, tags: ['Illumio PCE'] })
    expect(documented.security).toEqual(route.access === 'public' ? [] : [{ api_key: [] }])
    expect(documented.responses.default.content).toHaveProperty(['application/json'])
    expect(Object.keys(documented.responses).some((status) => status.startsWith('2'))).toBe(true)
  }
})
