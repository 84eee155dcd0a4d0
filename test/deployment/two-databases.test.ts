/** Two D1 databases behave as one deployment, when numbers and ids say which of them they belong to. */
import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { appOf, instanceOf, portsOf } from '../../src/compose.ts'
import type { Ports } from '../../src/core/ports.ts'
import type { Env } from '../../src/env.ts'
import { SECOND_RANGE } from '../fixtures/two-databases/worker.ts'
import { basic, clientOf, eventually, type Fetch, type Json } from '../support/native-client.ts'

type Database = 'first' | 'second'

const envs: Readonly<Record<Database, Env>> = { first: env, second: { ...env, DB: env.SECOND } }

/** The first digit of an API key's id says where it is. */
const DIGIT: Readonly<Record<Database, number>> = { first: 0, second: 1 }

function portsFor(database: Database, replaced: Partial<Ports>): Ports {
  return portsOf(envs[database], {
    random: (count) => {
      const bytes = crypto.getRandomValues(new Uint8Array(count))
      if (count > 0) bytes[0] = ((bytes[0] ?? 0) & 0x0f) | (DIGIT[database] << 4)
      return bytes
    },
    housekeeper: { wake: () => {} },
    ...replaced,
  })
}

// One keyring, in the first database: a token and a code are good whichever database answers.
const first = portsFor('first', {})
const instances = {
  first: instanceOf(env, first),
  second: instanceOf(envs.second, portsFor('second', { keyring: first.keyring, ring: first.ring })),
}
const app = appOf((of: Env) => instances[of.DB === env.DB ? 'first' : 'second'])

/** The one address of the deployment: what a request carries names its database. A redemption needs none. */
const throughTheDoor: Fetch = async (url, init) => {
  const [, credential = ''] = /^Basic (.*)$/.exec(new Headers(init.headers).get('Authorization') ?? '') ?? []
  const [, digit] = /^api_1(.)/.exec(atob(credential)) ?? []
  return app(new Request(url, init), envs[digit === String(DIGIT.second) ? 'second' : 'first'])
}
const anyone = clientOf(null, throughTheDoor)

/** A new organization is assigned to a database; from then on nothing says which but its ids. */
async function assign(database: Database) {
  const direct: Fetch = async (url, init) => app(new Request(url, init), envs[database])
  const person = { organization: `org ${crypto.randomUUID()}`, email: 'owner@test.example' }
  const authorization = `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`
  const made = await clientOf(null, direct)('POST', '/v1/bootstrap', person, { authorization })
  expect(made.status).toBe(201)
  const { auth_username, secret } = made.json.illumio
  return {
    id: made.json.organization.id as number,
    owner: clientOf(basic(auth_username, secret), throughTheDoor),
  }
}

/** The agents of a key of so many uses, asked for by more machines than that at once. */
async function enroll(owner: ReturnType<typeof clientOf>, uses: number): Promise<readonly Json[]> {
  const profile = await owner('POST', '/v1/profiles', { name: 'machines' })
  const key = await owner('POST', '/v1/keys', { profile_id: profile.json.id, max_uses: uses })
  const answers = await Promise.all(
    Array.from({ length: uses * 3 }, (_, n) =>
      anyone('POST', '/v1/enroll', { code: key.json.code, claim: crypto.randomUUID(), hostname: `web-${n}` }),
    ),
  )
  return answers.filter(({ status }) => status === 201).map(({ json }) => json)
}

const rowsOf = async (db: D1Database, organization: number) =>
  await db
    .prepare('SELECT count(*) AS n FROM agents WHERE organization_id = ?')
    .bind(organization)
    .first<number>('n')

beforeAll(async () => {
  await applyD1Migrations(env.SECOND, env.MIGRATIONS)
  // Sequences that were not used yet have no row.
  await env.SECOND.batch([
    env.SECOND.prepare(
      `INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
       WHERE type = 'table' AND instr(sql, 'AUTOINCREMENT') > 0 AND name NOT IN (SELECT name FROM sqlite_sequence)`,
    ),
    env.SECOND.prepare('UPDATE sqlite_sequence SET seq = seq + ?').bind(SECOND_RANGE),
  ])
})

test('organizations of both databases enroll, list and revoke through one address, and each database has its own rows alone', async () => {
  const [one, two] = [await assign('first'), await assign('second')]
  expect([one.id < SECOND_RANGE, two.id > SECOND_RANGE]).toEqual([true, true])

  const [ofOne, ofTwo] = [await enroll(one.owner, 5), await enroll(two.owner, 7)]
  expect([ofOne.length, ofTwo.length]).toEqual([5, 7])

  for (const [{ owner, id }, agents, own, other] of [
    [one, ofOne, env.DB, env.SECOND],
    [two, ofTwo, env.SECOND, env.DB],
  ] as const) {
    const ids = agents.map(({ agent }) => agent.id).sort()
    const listed = await eventually(async () => {
      const { json } = await owner('GET', '/v1/agents')
      return json.items.length < agents.length ? undefined : (json.items as Json[])
    })
    expect(listed.map((agent) => agent.id).sort()).toEqual(ids)
    expect(await rowsOf(own, id)).toBe(agents.length)
    expect(await rowsOf(other, id)).toBe(0)
  }
})

test('a token of either is good at the one address, and a revocation in one organization is not seen by the other', async () => {
  const [one, two] = [await assign('first'), await assign('second')]
  const [[ofOne], [ofTwo]] = [await enroll(one.owner, 1), await enroll(two.owner, 1)]
  const self = (agent: Json) =>
    clientOf(`Bearer ${agent.access_token}`, throughTheDoor)('GET', '/v1/agents/self?fresh=1')
  expect([(await self(ofOne)).status, (await self(ofTwo)).status]).toEqual([200, 200])

  const path = `/v1/agents/${ofTwo.agent.id}`
  expect((await one.owner('GET', path)).status).toBe(404)
  expect((await two.owner('GET', path)).status).toBe(200)
  expect((await two.owner('POST', `${path}/revoke`, { and_key: 'keep' })).status).toBeLessThan(300)
  expect([(await self(ofOne)).status, (await self(ofTwo)).status]).toEqual([200, 401])
})
