/** What holds of every route alike, over the table of routes itself. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatId, parseId } from '../../../src/core/kernel/ids.ts'
import { eventId } from '../../../src/core/kernel/time/event-id.ts'
import {
  anyone,
  basic,
  type Client,
  clientOf,
  newClaim,
  newOrganization,
  type Organization,
  withoutRequestId,
} from '../../support/native-client.ts'
import {
  call,
  FOR_OPERATORS,
  makeSubjects,
  named,
  pathOf,
  ROUTES,
  sampleOf,
  snapshot,
} from '../../support/native-routes.ts'
import { type Subjects, samplesOf } from '../../support/native-samples.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

const NOBODY = {
  account: '00000000-0000-4000-8000-000000000000',
  user: '00000000-0000-4000-8000-000000000000',
  session: '0'.repeat(32),
  webhook: '00000000-0000-4000-8000-000000000000',
  delivery: '999',
}
const NAMED = named(FOR_OPERATORS)
const WITH_SUBJECT = NAMED.filter(([, { path }]) => path.includes(':'))

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
  foreign = (await makeSubjects(other)).subjects
  const enrolled = await makeSubjects(acme)
  own = enrolled.subjects
  accessToken = enrolled.accessToken
})

test('every operator route has a sample', () => {
  const samples = Object.keys(samplesOf(own))
  expect(samples).toEqual(expect.arrayContaining(NAMED.map(([id]) => id)))
})

describe('an operator’s route changes nothing when it refuses', () => {
  leavesUnchanged(async () => [await snapshot(acme, own), await snapshot(other, foreign)])

  test.each(NAMED)('%s refuses a caller without a credential of its kind', async (_, route) => {
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
  })

  test.each(WITH_SUBJECT)('%s answers for another’s as for none', async (_, route) => {
    const answer = withoutRequestId(await call(acme.owner, route, own, foreign))
    for (const missing of [inNoLedger(), await inOwnLedger()]) {
      expect(answer).toBe(withoutRequestId(await call(acme.owner, route, own, missing)))
    }
    expect(JSON.parse(answer).status).toBe(404)
  })

  test.each(WITH_SUBJECT)('%s answers for what is no id as for one of nothing', async (_, route) => {
    const missing = withoutRequestId(await call(acme.owner, route, own, inNoLedger()))
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
      const about = Object.fromEntries(Object.keys(own).map((name) => [name, junk])) as Subjects
      const answer = await call(acme.owner, route, own, about)
      expect(withoutRequestId(answer), junk).toBe(missing)
      expect((await call(anyone, route, own, about)).status, junk).toBe(401)
    }
  })

  test.each(NAMED.filter(([, route]) => !['get'].includes(route.method)))(
    '%s lets a read-only principal read, and nothing else',
    async (_, route) => {
      const answer = await call(readOnly, route, own)
      const isRead = sampleOf(route, own).does === 'read'
      expect([answer.status, answer.json.code]).toEqual(
        isRead ? [200, undefined] : [403, 'permission_missing'],
      )
    },
  )

  test.each(NAMED.filter(([, { method }]) => method === 'get'))(
    '%s is open to a read-only principal, unless it is of owners',
    async (_, route) => {
      const isOfOwners = sampleOf(route, own).isOfOwners ?? false
      expect((await call(readOnly, route, own)).status).toBe(isOfOwners ? 403 : 200)
    },
  )
})

test('a key of another’s profile is refused as of none, and makes nothing', async () => {
  const before = await snapshot(other, foreign)
  const ask = async (profile_id: string) =>
    withoutRequestId(await acme.owner('POST', '/v1/keys', { profile_id }))
  expect(await ask(foreign.profile)).toBe(await ask(inNoLedger().profile))
  expect(await ask(foreign.profile)).toBe(await ask((await inOwnLedger()).profile))
  expect(await snapshot(other, foreign)).toBe(before)
})

describe('every path', () => {
  const paths = [...new Set(ROUTES.map(({ path }) => path))]

  test.each(paths)('%s refuses other methods, and says which it knows', async (path) => {
    const here = ROUTES.filter((route) => route.path === path)
    const known = here.map(({ method }) => method.toUpperCase())
    // A browser asks first whether a page of another site may read.
    if (here.some(({ isOpenToPages }) => isOpenToPages)) known.push('OPTIONS')
    // What a wider path knows takes the last part for an id.
    const wider = ROUTES.filter((route) => isWider(route.path, path)).map(({ method }) =>
      method.toUpperCase(),
    )
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (known.includes(method) || wider.includes(method)) continue
      const answer = await acme.owner(method, pathOf({ path }, own))
      expect([answer.status, answer.json.code]).toEqual([405, 'method_unknown'])
      expect(answer.headers.get('Allow')).toBe(known.join(', '))
    }
  })

  test.each(paths)('%s with a doubled slash, or one at its end, is unknown', async (path) => {
    for (const wrong of [
      `/${pathOf({ path }, own)}`,
      pathOf({ path }, own).replace(/\/(?=[^/]*$)/, '//'),
      `${pathOf({ path }, own)}/`,
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

/** Whether a path differs from another one only in having a parameter for its last part. */
function isWider(path: string, other: string): boolean {
  const [head, tail] = [path.replace(/[^/]+$/, ''), path.split('/').at(-1) ?? '']
  return path !== other && tail.startsWith(':') && other.replace(/[^/]+$/, '') === head
}

function inNoLedger(): Subjects {
  const id = formatId({ ledger: 2 ** 30, n: 1 })
  // The same random half, another ledger: version 4, and 58 bits of its own.
  return {
    profile: `prf_${id}`,
    key: `key_${id}`,
    slot: `slt_${id}`,
    agent: own.agent.replace(/^.{8}/, '3fffffff'),
    approval: `apr_${id}.${'0'.repeat(64)}`,
    credential: `api_1${'0'.repeat(16)}`,
    event: eventId(0),
    ...NOBODY,
    version: '1',
  }
}

async function inOwnLedger(): Promise<Subjects> {
  const { ledger } = parseId(own.key.slice('key_'.length)) ?? { ledger: 0 }
  const id = formatId({ ledger, n: 9_999 })
  return {
    profile: `prf_${id}`,
    key: `key_${id}`,
    slot: `slt_${id}`,
    agent: own.agent.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    approval: `apr_${id}.${'0'.repeat(64)}`,
    credential: own.credential.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ...NOBODY,
    event: own.event.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    version: '1',
  }
}
