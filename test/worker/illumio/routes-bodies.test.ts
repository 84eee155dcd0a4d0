/** Bodies of every wrong shape: put to every route that takes one. */
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { API, errorOf, type Json } from '../../support/pairing.ts'
import {
  expectArray,
  type Fixture,
  makeFixture,
  type Route,
  send,
  snapshot,
  withBody,
} from '../../support/routes.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

/** Lists have no members: what is wrong with one of their items is said of it alone. */
const withMembers = withBody.filter(([, { body }]) => !(body?.schema instanceof z.ZodArray))

let fixture: Fixture
beforeAll(async () => {
  fixture = await makeFixture()
})

describe('a body of the wrong shape: 406, and nothing changed', () => {
  leavesUnchanged(() => snapshot(fixture))
  const NOT_OBJECTS = ['null', '[]', '"x"', '1', 'true', '[{}]']
  const NOT_JSON = ['{', '{"a":}', 'enabled=true', '{"a":NaN}', "{'a':1}", '\u0000', '{}{}']

  test.each(withMembers)('%s', async (_, route) => {
    const utf8 = new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])
    for (const raw of [...NOT_OBJECTS, ...NOT_JSON, '', '   ', utf8]) {
      expectArray(await send(fixture, route, { raw }), 406, 'input_validation_error')
    }
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
  })

  test.each(withBody)('%s: more than 1 MiB is 413, announced or not', async (_, route) => {
    const raw = JSON.stringify({ foo: 'x'.repeat(1024 * 1024) })
    expectArray(await send(fixture, route, { raw }), 413, 'payload_too_large')
    const stream = new Response(raw).body as ReadableStream
    expectArray(await send(fixture, route, { raw: stream }), 413, 'payload_too_large')
  })
})

/** What other routes need ends by these, or their own second test is locked out. */
const IS_SPENT = /unpair|bulk_delete|password|settings|users_put/
const made = new Map<string, Promise<Fixture>>()

/** For the tests that change what they ask about: one for all routes, but for those that end something. */
function fixtureFor(route: Route): Promise<Fixture> {
  const { id } = route.operation
  if (String(route.access).endsWith('password')) return makeFixture()
  const of = IS_SPENT.test(id) ? id : 'all others'
  const its = made.get(of) ?? makeFixture()
  made.set(of, its)
  return its
}

test.each(withMembers)('%s: a member that is repeated counts as it stands last', async (_, route) => {
  const own = await fixtureFor(route)
  const body = own.bodies[route.operation.id]
  const [first] = Object.keys(body)
  const rest = JSON.stringify(body).slice(1)
  const raw = first === undefined ? '{}' : `{"${first}":{"no":"value"},${rest}`
  expect((await send(own, route, { raw })).status).toBeLessThan(300)
})

test.each(withMembers)('%s: no value of any member makes it fail', async (_, route) => {
  const own = await fixtureFor(route)
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
  for (const names of membersOf(route)) {
    const rest = Object.entries(own.bodies[route.operation.id]).filter(([name]) => !names.includes(name))
    await Promise.all(
      values.map(async (value) => {
        // Of all at once it would be more than 1 MiB.
        const given = value === deep ? names.slice(0, 1) : names
        const members = [
          ...given.map((name) => [name, value]),
          ...rest.map(([name, its]) => [name, JSON.stringify(its)]),
        ]
        const raw = `{${members.map(([name, its]) => `"${name}":${its}`).join(',')}}`
        const answer = await send(own, route, { raw })
        const shown = `${names}: ${value.slice(0, 40)} → ${answer.text.slice(0, 200)}`
        expect(answer.status, shown).toBeLessThan(500)
      }),
    )
  }
  // Who is locked out by a value would be refused for that from then on.
  expect((await own.owner.get(`${API}/noop`)).status).toBe(200)
})

/** Each member that is read, by itself; and in one group those that are accepted and ignored, whatever their value. */
function membersOf({ body }: Route): readonly (readonly string[])[] {
  const { schema } = body ?? {}
  if (!(schema instanceof z.ZodObject)) return []
  const isIgnored = ([, member]: [string, unknown]) =>
    member instanceof z.ZodOptional && member.unwrap() instanceof z.ZodUnknown
  const members = Object.entries(schema.shape)
  const ignored = members.filter(isIgnored).map(([name]) => name)
  const groups = members.filter((member) => !isIgnored(member)).map(([name]) => [name])
  return ignored.length === 0 ? groups : [...groups, ignored]
}
