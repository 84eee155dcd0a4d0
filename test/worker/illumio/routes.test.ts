/** Paths and methods: put to every route of the dialect’s table. */
import { beforeAll, describe, expect, test } from 'vitest'
import { securityOf } from '../../../src/dialects/illumio/edge/access.ts'
import type { Access } from '../../../src/dialects/illumio/edge/edge.ts'
import { ask } from '../../support/organization.ts'
import { API, expectStatus, orgPath } from '../../support/pairing.ts'
import {
  all,
  expectArray,
  expectNoBody,
  type Fixture,
  makeFixture,
  named,
  pathOf,
  routes,
  send,
  snapshot,
  withBody,
} from '../../support/routes.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

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
    'POST /login_users/authenticate',
    'GET /users/login',
    'PUT /users/:user/logout',
    'PUT /login_users/me/password',
    'GET /users',
    'POST /users',
    'GET /users/:user',
    'PUT /users/:user',
    'GET /users/:user/orgs',
    'POST /users/:user/local_profile',
    'DELETE /users/:user/local_profile',
    'PUT /users/:user/local_profile/reinvite',
    'GET /users/:user/api_keys',
    'GET /users/:user/api_keys/:own',
    'POST /users/:user/api_keys',
    'PUT /users/:user/api_keys/:own',
    'DELETE /users/:user/api_keys/:own',
    'GET /orgs/:org/api_keys',
    'DELETE /orgs/:org/api_keys/:key',
    'GET /orgs/:org/service_accounts',
    'GET /orgs/:org/service_accounts/:account',
    'POST /orgs/:org/service_accounts',
    'PUT /orgs/:org/service_accounts/:account',
    'DELETE /orgs/:org/service_accounts/:account',
    'POST /orgs/:org/service_accounts/:account/api_keys',
    'DELETE /orgs/:org/service_accounts/:account/api_keys/:key',
    'GET /orgs/:org/roles',
    'GET /orgs/:org/roles/:role',
    'GET /orgs/:org/permissions',
    'GET /orgs/:org/permissions/:permission',
    'POST /orgs/:org/permissions',
    'PUT /orgs/:org/permissions/:permission',
    'DELETE /orgs/:org/permissions/:permission',
    'GET /orgs/:org/auth_security_principals',
    'GET /orgs/:org/auth_security_principals/:principal',
    'POST /orgs/:org/auth_security_principals',
    'PUT /orgs/:org/auth_security_principals/:principal',
    'DELETE /orgs/:org/auth_security_principals/:principal',
    'GET /orgs/:org/access_restrictions',
    'GET /orgs/:org/access_restrictions/:restriction',
    'POST /orgs/:org/access_restrictions',
    'PUT /orgs/:org/access_restrictions/:restriction',
    'DELETE /orgs/:org/access_restrictions/:restriction',
    'GET /orgs/:org/settings',
    'PUT /orgs/:org/settings',
    'GET /orgs/:org/settings/events',
    'PUT /orgs/:org/settings/events',
    'GET /orgs/:org/settings/workloads',
    'PUT /orgs/:org/settings/workloads',
    'GET /orgs/:org/labels',
    'GET /orgs/:org/labels/:label',
    'POST /orgs/:org/labels',
    'PUT /orgs/:org/labels/:label',
    'DELETE /orgs/:org/labels/:label',
    'GET /orgs/:org/label_dimensions',
    'GET /orgs/:org/label_dimensions/:dimension',
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
    'GET /orgs/:org/workloads/:uuid/interfaces',
    'GET /orgs/:org/vens/:uuid',
    'PUT /orgs/:org/vens/unpair',
    'PUT /orgs/:org/workloads/unpair',
    'PUT /orgs/:org/workloads/:uuid',
    'PUT /orgs/:org/vens/:uuid',
    'POST /orgs/:org/workloads/set_flow_reporting_frequency',
    'PUT /orgs/:org/workloads/bulk_update',
    'PUT /orgs/:org/workloads/bulk_delete',
    'DELETE /orgs/:org/workloads/:uuid',
    'GET /orgs/:org/software/ven/releases',
    'PUT /orgs/:org/software/ven/releases/default',
    'PUT /orgs/:org/software/ven/releases/defaults',
    'GET /orgs/:org/software/ven/releases/:release',
    'GET /orgs/:org/software/ven/releases/:release/images',
    'GET /orgs/:org/sec_policy/:pversion/enforcement_boundaries',
    'GET /orgs/:org/sec_policy/:pversion/ip_lists',
    'GET /orgs/:org/sec_policy/:pversion/label_groups',
    'GET /orgs/:org/sec_policy/:pversion/rule_sets',
    'GET /orgs/:org/sec_policy/:pversion/services',
    'GET /orgs/:org/sec_policy/:pversion/virtual_servers',
    'GET /orgs/:org/sec_policy/:pversion/virtual_services',
    'GET /orgs/:org/container_clusters',
    'GET /orgs/:org/container_workloads',
    'GET /orgs/:org/network_enforcement_nodes',
    'GET /orgs/:org/security_principals',
    'GET /orgs/:org/events',
    'GET /orgs/:org/events/:event',
    'GET /orgs/:org/jobs',
    'GET /orgs/:org/jobs/:job',
    'DELETE /orgs/:org/jobs/:job',
    'GET /orgs/:org/datafiles/:job',
    'POST /agents/activate',
    'GET /api/:version/software/ven/image',
  ])
  for (const [, route] of withBody) expect(fixture.bodies).toHaveProperty(route.operation.id)
})

describe('a method that the path does not know: 405 without a body, and nothing changed', () => {
  leavesUnchanged(() => snapshot(fixture))
  test.each(all)('%s', async (_, route) => {
    const path = pathOf(route, fixture.params)
    const known = routes
      .filter((other) => pathOf(other, fixture.params) === path)
      .map(({ method }) => method.toUpperCase())
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (known.includes(method)) continue
      const answer = await fixture.owner.ask(method, path, method === 'GET' ? {} : { raw: '{' })
      expectNoBody(answer, 405)
      expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual([...known].sort())
    }
  })
})

describe('an object that is not there, or a name that can’t be one: 404 without a body, before the body is read', () => {
  const single = named((route) =>
    /:(label|profile|uuid|key|own|account|permission|principal|restriction|role|job|event)\b/.test(
      route.path,
    ),
  )
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
      const params = Object.fromEntries(
        [
          'label',
          'profile',
          'uuid',
          'key',
          'own',
          'account',
          'permission',
          'principal',
          'restriction',
          'role',
          'job',
          'event',
        ].map((name) => [name, id]),
      )
      expectNoBody(await send(fixture, route, { params, ...raw }), 404)
    }
  })
})

describe('doubled slashes are single ones', () => {
  test.each(named(({ method }) => method === 'get'))('%s', async (_, route) => {
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

describe('unknown paths', () => {
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
  for (const [, route] of named(({ method, access }) => method === 'get' && access !== 'public')) {
    const answer = await send(fixture, route)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/json'])
  }
})

test('the OpenAPI document has every route, its errors, and who may', async () => {
  const { paths } = expectStatus(await ask('GET', '/openapi.json'), 200)
  for (const [, route] of all) {
    const path = route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, '{$1}')
    const documented = paths[path]?.[route.method]
    expect(documented).toMatchObject({
      operationId: route.operation.id,
      tags: [expect.stringMatching(/^Illumio: /)],
    })
    expect(documented.security).toEqual(securityOf(route.access as Access))
    expect(documented.description).toMatch(
      /(^|\n)(Any caller|Any authenticated caller|A user, with|The user, with|Every role|Roles: |The user whom)/,
    )
    expect(documented.responses.default.content).toHaveProperty(['application/json'])
    expect(Object.keys(documented.responses).some((status) => status.startsWith('2'))).toBe(true)
  }
})
