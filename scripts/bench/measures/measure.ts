import type { Request } from 'autocannon'
import * as z from 'zod'
import type { Baseline } from '../baseline/baseline.ts'
import { enrollments } from '../load/enrollment.ts'
import { runLoad } from '../load/load.ts'
import type { Plan } from '../plan.ts'
import { makeCodes } from '../subjects/operator.ts'
import type { Subject } from '../subjects/subject.ts'

export type Measure = {
  readonly id: string
  readonly title: string
  readonly url: string
  readonly connections: number
  /** Afresh for each run. */
  readonly request: () => Request | Promise<Request>
  /** The process whose CPU time is counted, and that is waited for afterwards. */
  readonly pid: number | null
}

const FEW = 16
/** The number of agents that call with tokens of their own. */
export const FLEET = 250
const MANY = 256

export function floorMeasures(url: string): readonly Measure[] {
  const common = { url, connections: FEW, pid: null }
  return [
    { ...common, id: 'plain', title: 'floor: plain handler', request: () => get('/plain') },
    {
      ...common,
      id: 'generator',
      title: 'floor: plain handler, bodies as below',
      request: () => enrollments('/plain', ['lk_'.padEnd(57, 'x')]),
    },
    { ...common, id: 'object', title: 'floor: no-op object call', request: () => get('/object') },
  ]
}

export function baselineMeasures(baseline: Baseline): readonly Measure[] {
  const common = { url: baseline.url, pid: null }
  const hot = () => enrollments('/v1/enroll', [baseline.hot])
  const spread = () => enrollments('/v1/enroll', baseline.spread)
  return [
    { ...common, id: 'baseline-hot', title: 'baseline: redemption, one key', connections: FEW, request: hot },
    {
      ...common,
      id: 'baseline-spread',
      title: 'baseline: redemption, spread',
      connections: FEW,
      request: spread,
    },
  ]
}

export async function subjectMeasures(subject: Subject, plan: Plan): Promise<readonly Measure[]> {
  const { operator, url, pid, organization } = subject
  const { code } = await operator.createKey(await operator.createProfile('hot'))
  const codes = await makeCodes(operator, plan.profiles, plan.keys)
  const profile = await firstPairingProfile(subject)
  const hot = () => enrollments('/v1/enroll', [code])
  const spread = () => enrollments('/v1/enroll', codes)
  const over = `${plan.keys} keys of ${plan.profiles} profiles`
  const common = { url, pid }
  return [
    { ...common, id: 'hot', title: 'redemption, one key', connections: FEW, request: hot },
    { ...common, id: 'spread', title: `redemption, ${over}`, connections: FEW, request: spread },
    { ...common, id: 'hot-many', title: 'redemption, one key', connections: MANY, request: hot },
    { ...common, id: 'spread-many', title: `redemption, ${over}`, connections: MANY, request: spread },
    {
      ...common,
      id: 'self',
      title: 'agent token: GET /v1/agents/self',
      connections: FEW,
      request: async () => withTokens('/v1/agents/self', await newTokens(url, code, FLEET)),
    },
    {
      ...common,
      id: 'api-key',
      title: `API key: GET /api/v2/orgs/${organization}/pairing_profiles/N`,
      connections: FEW,
      request: () => get(`/api/v2${profile}`, operator.headers('')),
    },
  ]
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

async function firstPairingProfile({ operator, organization }: Subject): Promise<string> {
  const listed = await operator.get(`/api/v2/orgs/${organization}/pairing_profiles`)
  const [first] = z.array(z.object({ href: z.string() })).parse(listed)
  if (!first) throw new Error('an organization starts with a pairing profile')
  return first.href
}
