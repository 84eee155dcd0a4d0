/**
 * What is sent in bulk to every route that reads it, with or without a credential: answered or refused, in a time that grows no faster
 * than the input. The routes are those of the OpenAPI document.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ask, type Client, openClient } from '../../scripts/lib/http/agent-client.ts'
import type { Headers } from '../../scripts/lib/http/credential.ts'
import { credentialsFor } from '../../scripts/proof/api/call.ts'
import type { Own } from '../../scripts/proof/api/dialect.ts'
import { DIALECTS, dialectOf } from '../../scripts/proof/api/dialects.ts'
import { type Api, type ApiOperation, readApi } from '../../scripts/proof/api/document.ts'
import { makeOwn, namesFor } from '../../scripts/proof/api/own.ts'
import { watchSecrets } from '../../scripts/proof/api/secrets.ts'
import { startSubject } from '../../scripts/proof/subject.ts'

const FORM = 'application/x-www-form-urlencoded'
const KIB = 1024
/** Of the smaller and the larger input of each shape. */
const BODY_SIZES = [64 * KIB, KIB * KIB] as const
/** More than 64 KiB of a URL are refused by the runtime. */
const QUERY_SIZES = [4 * KIB, 60 * KIB] as const
/** When what is measured first is too long, as it is beside other work, the median of so many decides. */
const REPEATS = 3
/** Four times what would be linear: what is quadratic takes sixteen times that. */
const SLACK = 4
/** Below it what is measured is the way there and back. */
const FLOOR_MS = 5

type Shape = (bytes: number) => string

const counted = (bytes: number, one: (n: number) => string, separator: string) => {
  const parts: string[] = []
  for (let n = 0, length = 0; length < bytes; n++) {
    const part = one(n)
    parts.push(part)
    length += part.length + separator.length
  }
  return parts.join(separator).slice(0, bytes)
}

const MANY_FIELDS: Readonly<Record<string, Shape>> = {
  'members of one field': (bytes) => 'a[x]=&'.repeat(bytes / 6),
  'many fields': (bytes) => counted(bytes, (n) => `a[x${n}]=1`, '&'),
}
const OTHER_FIELDS: Readonly<Record<string, Shape>> = {
  'many names': (bytes) => counted(bytes, (n) => `k${n}`, '&'),
  separators: (bytes) => '&'.repeat(bytes),
  'one long field': (bytes) => `client_id=${'a'.repeat(bytes - 10)}`,
  'percent escapes': (bytes) => `email=${'%41'.repeat((bytes - 6) / 3)}`,
  'broken escapes': (bytes) => `refresh_token=${'%'.repeat(bytes - 14)}`,
}
const JSON_BODIES: Readonly<Record<string, Shape>> = {
  // V8 hashes them by their numbers, all alike in the lower bits.
  'members named by numbers': (bytes) =>
    `{${counted(bytes - 24, (n) => `"${(n * 65_536) % 4_294_967_291}":1`, ',').replace(/,[^,]*$/, '')}}`,
  'many members': (bytes) => `{${counted(bytes - 24, (n) => `"k${n}":1`, ',').replace(/,[^,]*$/, '')}}`,
  'many items': (bytes) => `[${'{},'.repeat((bytes - 5) / 3)}{}]`,
  depth: (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
}

const undo = new AsyncDisposableStack()
let client: Client
let api: Api
const owners = new Map<string, Own>()

beforeAll(async () => {
  const subject = await startSubject(undo)
  client = openClient(subject.url, 1)
  undo.defer(() => client.close())
  api = await readApi(client)
  const { secrets } = watchSecrets(client, [])
  for (const dialect of DIALECTS) owners.set(dialect.tag, await makeOwn(client, subject, dialect, secrets))
})
afterAll(() => undo.disposeAsync())

/** A request of the operation about things of one's own, with a credential if it wants one. */
function askOf(operation: ApiOperation, more: { readonly query?: string; readonly raw?: Ask['raw'] }): Ask {
  const own = owners.get(operation.dialect)
  if (!own) throw new Error(`nothing was made of ${operation.dialect}`)
  const names = namesFor(dialectOf(operation.dialect), operation, own.names)
  const path = operation.path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) =>
    encodeURIComponent(names[name] ?? '1'),
  )
  const [credential = null]: readonly (Headers | null)[] = credentialsFor(operation, own.credentials)
  const query = more.query === undefined ? '' : `?${more.query}`
  return {
    method: operation.method,
    path: path + query,
    headers: credential,
    ...(more.raw && { raw: more.raw }),
  }
}

/** @returns what is wrong with the answers, or with how their time grows */
async function trouble(
  operation: ApiOperation,
  shapes: Readonly<Record<string, Shape>>,
  sizes: readonly [number, number],
  request: (text: string) => { readonly query?: string; readonly raw?: Ask['raw'] },
): Promise<string[]> {
  const found: string[] = []
  for (const [name, shape] of Object.entries(shapes)) {
    const times: [number[], number[]] = [[], []]
    const texts = sizes.map(shape)
    const isTooLong = () => {
      const [small, large] = times.map(median)
      return (large ?? 0) > SLACK * (sizes[1] / sizes[0]) * Math.max(small ?? 0, FLOOR_MS)
    }
    do {
      for (const which of [0, 1] as const) {
        const ask = askOf(operation, request(texts[which] ?? ''))
        const begin = performance.now()
        const answer = await client.ask(ask)
        times[which].push(performance.now() - begin)
        const fault = api.faultOf(operation, answer)
        if (fault !== null) found.push(`${operation.id}, ${name}: ${fault}`)
      }
    } while (isTooLong() && times[0].length < REPEATS)
    if (isTooLong()) found.push(`${operation.id}, ${name}: ${times.map(median).join(' ms became ')} ms`)
  }
  return found
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}

async function troubleOfAll(
  operations: readonly ApiOperation[],
  ...how: [Readonly<Record<string, Shape>>, readonly [number, number], Parameters<typeof trouble>[3]]
): Promise<string[]> {
  const found: string[] = []
  for (const operation of operations) found.push(...(await trouble(operation, ...how)))
  return found
}

const asForm = (body: string) => ({ raw: { type: FORM, body } })

test('forms, to every route that takes one', async () => {
  const takers = api.operations.filter(({ bodyTypes }) => bodyTypes.includes(FORM))
  expect(takers.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['api_sign_in', 'zpa_signin', 'zpa_oauth2_token', 'token', 'introspect']),
  )
  expect(await troubleOfAll(takers, { ...MANY_FIELDS, ...OTHER_FIELDS }, BODY_SIZES, asForm)).toEqual([])
})

test('a form of 78 KB, to every route of a dialect that reads parameters from wherever they are', async () => {
  const readers = api.operations.filter(({ dialect }) => dialect === 'Datonis')
  const sizes = [8 * KIB, 78 * KIB] as const
  expect(await troubleOfAll(readers, MANY_FIELDS, sizes, asForm)).toEqual([])
})

test('queries, to every route that reads one', async () => {
  const readers = api.operations.filter(
    ({ dialect, parameters }) =>
      dialect === 'Datonis' || parameters.some((parameter) => parameter.in === 'query'),
  )
  expect(readers.length).toBeGreaterThan(50)
  expect(await troubleOfAll(readers, MANY_FIELDS, QUERY_SIZES, (query) => ({ query }))).toEqual([])
})

test('JSON, to every route that a stranger may send it to', async () => {
  const open = api.operations.filter(
    ({ schemes, body }) => schemes.length === 0 && body?.type.endsWith('json'),
  )
  expect(open.length).toBeGreaterThan(4)
  const asJson = (body: string) => ({ raw: { type: 'application/json', body } })
  expect(await troubleOfAll(open, JSON_BODIES, BODY_SIZES, asJson)).toEqual([])
})
