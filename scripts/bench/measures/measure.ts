import { setTimeout as delay } from 'node:timers/promises'
import type { Request } from 'autocannon'
import * as z from 'zod'
import type { Baseline } from '../baseline/baseline.ts'
import { enrollments } from '../load/enrollment.ts'
import { runLoad } from '../load/load.ts'
import type { Plan } from '../plan.ts'
import { makeCodes } from '../subjects/operator.ts'
import type { Subject } from '../subjects/subject.ts'
import type { Measurable, Measure } from './contest.ts'

const FEW = 16
/** The number of agents that call with tokens of their own. */
export const FLEET = 250
const MANY = 256

export const FLOOR: readonly Measure<Measurable>[] = [
  { connections: FEW, id: 'plain', title: 'floor: plain handler', request: () => get('/plain') },
  {
    connections: FEW,
    id: 'generator',
    title: 'floor: plain handler, bodies as below',
    request: () => enrollments('/plain', ['lk_'.padEnd(57, 'x')]),
  },
  { connections: FEW, id: 'object', title: 'floor: no-op object call', request: () => get('/object') },
]

export const BASELINE: readonly Measure<Baseline>[] = [
  {
    id: 'baseline-hot',
    title: 'baseline: redemption, one key',
    connections: FEW,
    request: ({ hot }) => enrollments('/v1/enroll', [hot]),
  },
  {
    id: 'baseline-spread',
    title: 'baseline: redemption, spread',
    connections: FEW,
    request: ({ spread }) => enrollments('/v1/enroll', spread),
  },
]

/** A server with what its measures need, each made when it is first needed. */
export type Prepared = Subject & {
  /** The code of one key. */
  readonly hot: () => Promise<string>
  /** Codes of many keys of many profiles. */
  readonly codes: () => Promise<readonly string[]>
  /** The href of a pairing profile, of which a page of workloads is there to list. */
  readonly profile: () => Promise<string>
}

export function prepare(subject: Subject, plan: Plan): Prepared {
  const { operator } = subject
  return {
    ...subject,
    hot: once(async () => (await operator.createKey(await operator.createProfile('hot'))).code),
    codes: once(() => makeCodes(operator, plan.profiles, plan.keys)),
    profile: once(() => firstPairingProfile(subject)),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}

/** What distinguishes the measures of an older version from those of this one. */
type Version = { readonly id: string; readonly title: string }
export const BEFORE: Version = { id: 'before-', title: 'before: ' }
const NOW: Version = { id: '', title: '' }

export function subjectMeasures(plan: Plan, version: Version = NOW): readonly Measure<Prepared>[] {
  const hot = async (subject: Prepared) => enrollments('/v1/enroll', [await subject.hot()])
  const spread = async (subject: Prepared) => enrollments('/v1/enroll', await subject.codes())
  const over = `${plan.keys} keys of ${plan.profiles} profiles`
  const measures: readonly Measure<Prepared>[] = [
    { id: 'hot-one', title: 'redemption, one key', connections: 1, request: hot },
    { id: 'hot', title: 'redemption, one key', connections: FEW, request: hot },
    { id: 'spread', title: `redemption, ${over}`, connections: FEW, request: spread },
    { id: 'hot-many', title: 'redemption, one key', connections: MANY, request: hot },
    { id: 'spread-many', title: `redemption, ${over}`, connections: MANY, request: spread },
    {
      id: 'self',
      title: 'agent token: GET /v1/agents/self',
      connections: FEW,
      request: async ({ url, hot }) =>
        withTokens('/v1/agents/self', await newTokens(url, await hot(), FLEET)),
    },
    {
      id: 'api-key',
      title: 'API key: GET /api/v2/orgs/N/pairing_profiles/N',
      connections: FEW,
      request: async ({ operator, profile }) => get(`/api/v2${await profile()}`, operator.headers('')),
    },
    {
      id: 'list',
      title: `list with total: ${PAGE} Illumio workloads`,
      connections: FEW,
      request: async ({ operator, organization, profile }) => {
        await profile()
        return get(workloads(organization, PAGE), operator.headers(''))
      },
    },
  ]
  return measures.map((measure) => ({
    ...measure,
    id: `${version.id}${measure.id}`,
    title: `${version.title}${measure.title}`,
  }))
}

const PAGE = 50
const DELIVERY_DEADLINE_MS = 15_000

function workloads(organization: number, most: number): string {
  return `/api/v2/orgs/${organization}/workloads?max_results=${most}`
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Request {
  return { method: 'GET', path, headers: { ...headers } }
}

/** Agents that take turns; a token lives ten minutes, less than a whole bench. */
export async function newTokens(url: string, code: string, agents: number): Promise<readonly string[]> {
  const tokens: string[] = []
  const request: Request = {
    ...enrollments('/v1/enroll', [code]),
    onResponse: (_, body) =>
      tokens.push(z.object({ access_token: z.string() }).parse(JSON.parse(body)).access_token),
  }
  await runLoad({ url, connections: FEW, extent: { requests: agents }, request })
  return tokens
}

export function withTokens(path: string, tokens: readonly string[]): Request {
  const headers = tokens.map((token) => ({ authorization: `Bearer ${token}` }))
  let sent = 0
  return {
    method: 'GET',
    path,
    setupRequest(request) {
      request.headers = headers[++sent % headers.length]
      return request
    },
  }
}

/** The pairing profile that an organization starts with, once its first page of workloads is in D1. */
async function firstPairingProfile({ operator, organization, url }: Subject): Promise<string> {
  const listed = await operator.get(`/api/v2/orgs/${organization}/pairing_profiles`)
  const [first] = z.array(z.object({ href: z.string() })).parse(listed)
  if (!first) throw new Error('an organization starts with a pairing profile')
  const native = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse(await operator.get('/v1/profiles'))
  const { code } = await operator.createKey(native.items[0]?.id ?? '')
  const request = enrollments('/v1/enroll', [code])
  await runLoad({ url, connections: FEW, extent: { requests: PAGE }, request })
  const deadline = Date.now() + DELIVERY_DEADLINE_MS
  while (z.array(z.unknown()).parse(await operator.get(workloads(organization, PAGE))).length < PAGE) {
    if (Date.now() > deadline) throw new Error('agents that were made are not listed')
    await delay(100)
  }
  return first.href
}
