/** What holds of every route alike, over the table of routes itself. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatId, parseId } from '../../../src/core/ids.ts'
import { native } from '../../../src/dialects/native/dialect.ts'
import type { Access, Identity } from '../../../src/dialects/native/edge.ts'
import type { Route } from '../../../src/http/route.ts'
import {
  type Answer,
  anyone,
  basic,
  type Client,
  clientOf,
  newClaim,
  newOrganization,
  type Organization,
  withoutRequestId,
} from '../../support/native-client.ts'
import { pathOf, type Sample, type Subjects, samplesOf } from '../../support/native-samples.ts'

const ROUTES = native.chapter.routes as unknown as readonly Route<Access, Identity>[]
const OPERATOR_ROUTES = ROUTES.filter(({ access }) => access === 'operator')
const NAMED = OPERATOR_ROUTES.map((route) => [route.operation.id, route] as const)
const WITH_SUBJECT = NAMED.filter(([, { path }]) => path.includes(':'))
const WITH_BODY = ROUTES.filter(({ body }) => body?.encoding === 'json').map(
  (route) => [route.operation.id, route] as const,
)

let acme: Organization
let other: Organization
let readOnly: Client
let own: Subjects
let foreign: Subjects
let accessToken: string

beforeAll(async () => {
  acme = await newOrganization()
  other = await newOrganization()
  readOnly = await acme.as('illumio:read_only')
  const subjects = async (organization: Organization): Promise<Subjects> => {
    const key = await organization.key({ max_uses: 5 })
    const enrolled = await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })
    accessToken = enrolled.json.access_token
    // A management call delivers all that its ledger had for D1: lists stand still from here on.
    await organization.owner('PATCH', `/v1/keys/${key.id}`, { name: 'settled' })
    return { profile: key.profile_id, key: key.id, agent: enrolled.json.agent.id }
  }
  foreign = await subjects(other)
  own = await subjects(acme)
})

function sampleOf(route: Route<Access, Identity>): Sample {
  const sample = samplesOf(own)[route.operation.id]
  if (!sample) throw new Error(`there is no sample of ${route.operation.id}`)
  return sample
}

/** Whoever may call it. */
function callerOf({ access }: Route<Access, Identity>): Client {
  if (access === 'operator') return acme.owner
  return access === 'bootstrap' ? clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`) : anyone
}

function call(
  client: Client,
  route: Route<Access, Identity>,
  subjects: Subjects,
  more: object = {},
): Promise<Answer> {
  const { body, form } = sampleOf(route)
  const options = { ...(form && { form }), ...more }
  return client(route.method.toUpperCase(), pathOf(route.path, subjects), body, options)
}

/** All that a write could have changed, and the audit. */
async function snapshot(organization: Organization, subjects: Subjects): Promise<string> {
  const { owner, id } = organization
  const seen: string[] = []
  for (const path of [
    `/v1/profiles/${subjects.profile}`,
    `/v1/keys/${subjects.key}`,
    `/v1/agents/${subjects.agent}`,
    '/v1/profiles?limit=500',
    '/v1/keys?limit=500',
  ]) {
    seen.push((await owner('GET', path)).text)
  }
  const events = await env.DB.prepare('SELECT id FROM events WHERE organization_id = ?').bind(id).all()
  return JSON.stringify([seen, events.results])
}

test('every operator route has a sample', () => {
  const samples = Object.keys(samplesOf(own))
  expect(samples).toEqual(expect.arrayContaining(NAMED.map(([id]) => id)))
})

describe('an operator’s route', () => {
  test.each(NAMED)('%s refuses whoever has no credential of its kind', async (_, route) => {
    const before = await snapshot(acme, own)
    const { access } = route
    expect(access).toBe('operator')
    for (const authorization of [
      null,
      basic('api_1', 'junk'),
      basic('owner@test.example', 'password'),
      basic(`api_1${'0'.repeat(16)}`, 'f'.repeat(64)),
      acme.authorization.slice(0, -4),
      `Bearer ${accessToken}`,
      `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`,
    ]) {
      const refused = await call(clientOf(authorization), route, own)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('WWW-Authenticate')).toContain('Basic')
    }
    expect(await snapshot(acme, own)).toBe(before)
  })

  test.each(WITH_SUBJECT)('%s answers for another’s as for none', async (_, route) => {
    const before = await snapshot(other, foreign)
    const answer = withoutRequestId(await call(acme.owner, route, foreign))
    for (const missing of [inNoLedger(), await inOwnLedger()]) {
      expect(answer).toBe(withoutRequestId(await call(acme.owner, route, missing)))
    }
    expect(JSON.parse(answer).status).toBe(404)
    expect(await snapshot(other, foreign)).toBe(before)
  })

  test.each(WITH_SUBJECT)('%s answers for what is no id as for one of nothing', async (_, route) => {
    const missing = withoutRequestId(await call(acme.owner, route, inNoLedger()))
    const uuid = '00000000-0000-4000-8000-000000000000'
    for (const junk of [
      '0',
      'x',
      'key_',
      'key_0',
      'prf_99999999999999999999',
      '%00',
      '%',
      '__proto__',
      uuid,
    ]) {
      const answer = await call(acme.owner, route, { profile: junk, key: junk, agent: junk })
      expect(withoutRequestId(answer), junk).toBe(missing)
      expect((await call(anyone, route, { profile: junk, key: junk, agent: junk })).status, junk).toBe(401)
    }
  })

  test.each(NAMED.filter(([, route]) => !['get'].includes(route.method)))(
    '%s lets a read-only principal read, and nothing else',
    async (_, route) => {
      const before = await snapshot(acme, own)
      const answer = await call(readOnly, route, own)
      const isRead = sampleOf(route).does === 'read'
      expect([answer.status, answer.json.code]).toEqual(
        isRead ? [200, undefined] : [403, 'permission_missing'],
      )
      expect(await snapshot(acme, own)).toBe(before)
    },
  )

  test.each(NAMED.filter(([, { method }]) => method === 'get'))(
    '%s is open to a read-only principal',
    async (_, route) => {
      expect((await call(readOnly, route, own)).status).toBe(200)
    },
  )

  test.each(WITH_BODY)('%s refuses bodies that are none of its own', async (_, route) => {
    const before = await snapshot(acme, own)
    const valid = sampleOf(route).body ?? {}
    const deep = '['.repeat(500_000)
    const bodies: readonly (readonly [string, BodyInit | undefined, number])[] = [
      ['nothing', undefined, 400],
      ['blank', '  ', 400],
      ['no JSON', '{"name":', 400],
      ['two values', '{} {}', 400],
      ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
      [
        'a member __proto__',
        JSON.stringify(valid).replace('{', '{"__proto__":{"enabled":false},').replace(',}', '}'),
        400,
      ],
      ['too deep', `${deep}${']'.repeat(500_000)}`, 400],
      ['too deep, and open', deep, 400],
      ['null', 'null', 422],
      ['a list', '[]', 422],
      ['a text', '"text"', 422],
      ['a number', '1e999', 422],
      ['an unknown member', JSON.stringify({ ...valid, unknown: 1 }), 422],
      ['a member of Object', JSON.stringify({ ...valid, constructor: 1 }), 422],
      ['an empty name of a member', JSON.stringify({ ...valid, '': 1 }), 422],
      ['more than 1 MiB', JSON.stringify({ ...valid, name: 'x'.repeat(1024 * 1024) }), 413],
    ]
    for (const [what, raw, status] of bodies) {
      const answer = await callerOf(route)(
        route.method.toUpperCase(),
        pathOf(route.path, own),
        undefined,
        raw === undefined ? {} : { raw },
      )
      expect([what, answer.status]).toEqual([what, status])
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    }
    expect(await snapshot(acme, own)).toBe(before)
  })

  test.each(WITH_BODY)('%s refuses members of other types', async (_, route) => {
    const before = await snapshot(acme, own)
    for (const name of membersOf(route)) {
      const objects = name === 'facts' ? [] : [{}, { a: [] }]
      for (const value of [[[]], -1, 1e308, ...objects]) {
        const answer = await callerOf(route)(route.method.toUpperCase(), pathOf(route.path, own), {
          ...sampleOf(route).body,
          [name]: value,
        })
        expect([name, value, answer.status]).toEqual([name, value, 422])
      }
    }
    expect(await snapshot(acme, own)).toBe(before)
  })
})

test('a member that is repeated counts as it stands last', async () => {
  const raw = '{"name":"first","name":"last"}'
  const made = await acme.owner('POST', '/v1/profiles', undefined, { raw })
  expect([made.status, made.json.name]).toEqual([201, 'last'])
})

describe('every path', () => {
  const paths = [...new Set(ROUTES.map(({ path }) => path))]

  test.each(paths)('%s refuses other methods, and says which it knows', async (path) => {
    const known = ROUTES.filter((route) => route.path === path).map(({ method }) => method.toUpperCase())
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (known.includes(method)) continue
      const answer = await acme.owner(method, pathOf(path, own))
      expect([answer.status, answer.json.code]).toEqual([405, 'method_unknown'])
      expect(answer.headers.get('Allow')).toBe(known.join(', '))
    }
  })

  test.each(paths)('%s with a doubled slash, or one at its end, is unknown', async (path) => {
    for (const wrong of [
      `/${pathOf(path, own)}`,
      pathOf(path, own).replace(/\/(?=[^/]*$)/, '//'),
      `${pathOf(path, own)}/`,
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect([wrong, (await acme.owner(method, wrong)).status]).toEqual([wrong, 404])
      }
    }
  })
})

test('every answer names its request, and none may be stored that holds a secret', async () => {
  const { code } = await acme.key()
  for (const answer of [
    await anyone('POST', '/v1/enroll', { code, claim: newClaim() }),
    await acme.owner('GET', '/v1/keys'),
    await anyone('GET', '/v1/nothing'),
  ]) {
    expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  }
})

function membersOf(route: Route<Access, Identity>): string[] {
  const schema = route.body?.schema as unknown as { shape: Record<string, unknown> } | undefined
  return Object.keys(schema?.shape ?? {})
}

function inNoLedger(): Subjects {
  const id = formatId({ ledger: 2 ** 30, n: 1 })
  // The same random half, another ledger: version 4, and 58 bits of its own.
  return { profile: `prf_${id}`, key: `key_${id}`, agent: own.agent.replace(/^.{8}/, '3fffffff') }
}

async function inOwnLedger(): Promise<Subjects> {
  const { ledger } = parseId(own.key.slice('key_'.length)) ?? { ledger: 0 }
  const id = formatId({ ledger, n: 9_999 })
  return {
    profile: `prf_${id}`,
    key: `key_${id}`,
    agent: own.agent.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  }
}
