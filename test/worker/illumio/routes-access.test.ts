/** Who may ask: put to every route of the dialect’s table. */
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, Client, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import { API } from '../../support/pairing.ts'
import {
  expectArray,
  type Fixture,
  guarded,
  makeFixture,
  ofOrganization,
  pathOf,
  send,
  snapshot,
  writes,
} from '../../support/routes.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

const READERS = ['read_only', 'global_object_provisioner', 'ruleset_manager', 'ruleset_viewer']

let fixture: Fixture
let stranger: Organization
let readers: readonly Client[]
let powerless: Client
beforeAll(async () => {
  fixture = await makeFixture()
  stranger = await makeOrganization()
  readers = await Promise.all(READERS.map((role) => makeMember(fixture.id, `illumio:${role}`)))
  powerless = await makeMember(fixture.id)
})

describe('without a credential: 401', () => {
  test.each(guarded)('%s', async (_, route) => {
    expectArray(await send(fixture, route, { as: null }), 401, 'authentication_error')
  })
})

describe('with a wrong credential: 401', () => {
  test.each(guarded)('%s', async (_, route) => {
    const { username, secret } = fixture.owner
    const wrong = [
      new Client(username, `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`),
      new Client(username, stranger.owner.secret),
      new Client(username, ''),
      new Client(username.slice('api_'.length), secret),
      new Client('owner@demo.example', secret),
      new Client('user_1', secret),
      new Client('api_1', 'x'),
    ]
    await Promise.all(
      wrong.map(async (as) => expectArray(await send(fixture, route, { as }), 401, 'authentication_error')),
    )
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
  leavesUnchanged(() => snapshot(fixture))
  test.each(ofOrganization)('%s', async (_, route) => {
    expectArray(await send(fixture, route, { as: stranger.owner }), 403, 'authorization_error')
    const others = [String(stranger.id), '0', '999999999', '-1', 'abc', '1e0', '%E0%A4%A', '__proto__']
    await Promise.all(
      others.map(async (org) =>
        expectArray(await send(fixture, route, { params: { org } }), 403, 'authorization_error'),
      ),
    )
  })
})

/** What is one’s own, as jobs are, asks for no permission: test/worker/illumio/jobs. */
function isPermitted([, route]: (typeof writes)[number]): boolean {
  return route.access !== 'authenticated'
}

describe('a member who only reads: 403 on every write, and nothing changed', () => {
  leavesUnchanged(() => snapshot(fixture))
  test.each(writes.filter(isPermitted))('%s', async (_, route) => {
    for (const as of readers) {
      expectArray(await send(fixture, route, { as }), 403, 'authorization_error')
      // Before the body is looked at.
      expectArray(await send(fixture, route, { as, raw: '{' }), 403, 'authorization_error')
    }
  })
})

describe('a principal without a role: 403 wherever a permission is asked', () => {
  test.each(ofOrganization.filter(isPermitted))('%s', async (_, route) => {
    expectArray(await send(fixture, route, { as: powerless }), 403, 'authorization_error')
  })
})
