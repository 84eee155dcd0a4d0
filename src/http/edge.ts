import { Hono } from 'hono'
import type { Core } from '../core/core.ts'
import type { Cause } from '../core/kernel/cause.ts'
import { errorLine } from '../core/kernel/log-line.ts'
import { NotReady } from '../core/kernel/not-ready.ts'
import {
  type CommonFault,
  type Fault,
  notFound,
  type Outcome,
  type Refusal,
  refuse,
} from '../core/kernel/outcome.ts'
import { storageFailureOf } from '../core/kernel/storage-failure.ts'
import { announcesTooMuch, MAX_BODY_BYTES } from './body.ts'
import type { EdgeApp, EdgeContext } from './context.ts'
import type { Arrival } from './fairness/lane.ts'
import { firstValues } from './fields.ts'
import { isHostAmbiguous, pathOf, queryOf } from './path.ts'
import { problemsOf } from './problems.ts'
import { rawOf, readBody } from './raw.ts'
import { PREFLIGHT, respond } from './respond.ts'
import type { Raw, Reply, Route } from './route.ts'

/** When to ask again while a setting or secret of the deployment is missing. */
const NOT_READY_SECONDS = 30
/** When to ask again while the disk is full or damaged. Nothing of the request was kept. */
const STORAGE_SECONDS = 10

/** Of an enrollment with all the facts that it may have. */
const MAX_SHORT_BODY_BYTES = 16 * 1024
const MIN_LARGE_BODY_BYTES = 128 * 1024

const LANE_FULL: CommonFault = { kind: 'busy', retryAfterSeconds: 1 }

/** What any refusal may name. */
type About = {
  readonly requestId: string
  /** Where the deployment stands, whatever the request's Host. */
  readonly publicUrl: string
  /** As the request came: for an edge whose refusals lead on. */
  readonly headers: Headers
  /** The path of its URL, and its query. */
  readonly target: string
}

/** What is peculiar to a dialect: who asks, and how a refusal looks. */
export type Edge<Access, Identity, F extends Fault> = {
  readonly identify: (
    call: {
      readonly core: Core
      readonly headers: Headers
      readonly params: Readonly<Record<string, string>>
      readonly raw: Raw
      readonly request: Cause['request']
    },
    /** null when the path or method is unknown; any authenticated caller may know that. */
    access: Access | null,
  ) => Promise<Outcome<Identity, CommonFault | F>>
  /** Its name, for what is counted. */
  readonly dialect: string
  /** Whether a route's credential is a machine's, or the deployment's own. */
  readonly isForMachines: (access: Access, operation: string) => boolean
  /** Whether a route asks no caller for a credential; pages of other sites may read what is public. */
  readonly isPublic: (access: Access) => boolean
  /** Exhaustive over what the dialect's routes are refused for; `operation` is null where no route matched. */
  readonly refusal: (
    fault: CommonFault | F,
    about: {
      readonly operation: string | null
      readonly access: Access | null
    } & About,
  ) => Reply
  /** An unexpected failure: says nothing of its cause. */
  readonly failure: (about: About) => Reply
  /** A header that has a request's id on every answer, beside X-Request-Id. */
  readonly traceHeader?: string
  /** Whether HEAD is a method that its paths do not know; otherwise it is a GET without the body. */
  readonly isHeadUnknown?: boolean
  /** Whether a link on a page of another site may lead here; what such a page fetches or embeds is refused as ever. */
  readonly isOpenToLinks?: boolean
  /** Whether a path that is spelled out knows its own methods only, and is no parameter of another. */
  readonly isSpelledPathOwn?: boolean
}

/** Mounts a dialect's routes: find, identify, check, handle, answer. Known paths refuse other methods. */
export function mount<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  routes: readonly Route<Access, Identity, F>[],
): EdgeApp {
  const app: EdgeApp = new Hono()
  const spelledOut = new Set(
    routes.flatMap(({ path }) => (edge.isSpelledPathOwn && !path.includes(':') ? path : [])),
  )
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, async (c, next) => {
      // The router takes it for a GET.
      if (edge.isHeadUnknown && c.req.raw.method === 'HEAD') return next()
      if (route.path !== c.req.path && spelledOut.has(c.req.path)) return next()
      return inLane(edge, c, route, async (arrival) => {
        const outcome = await run(edge, route, c, arrival)
        const response = outcome.ok ? respond(edge, c, outcome.value) : refused(edge, c, outcome.fault, route)
        if (route.isOpenToPages) response.headers.set('Access-Control-Allow-Origin', '*')
        return response
      })
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path)
    const isOpen = here.some(({ isOpenToPages }) => isOpenToPages)
    if (isOpen) app.options(path, (c) => respond(edge, c, PREFLIGHT))
    const allowed = here.map(({ method }) => method.toUpperCase()).concat(isOpen ? 'OPTIONS' : [])
    app.all(path, (c) =>
      inLane(edge, c, null, async () => {
        const identity = await identify(edge, c, null)
        const fault: CommonFault | F = identity.ok ? { kind: 'method_unknown', allowed } : identity.fault
        return refused(edge, c, fault, null)
      }),
    )
  }
  app.onError((error, c) => {
    const { id } = c.get('request')
    if (error instanceof NotReady) {
      console.error(errorLine('not ready', { request: id, reason: error.message }))
      return refused(edge, c, { kind: 'busy', retryAfterSeconds: NOT_READY_SECONDS }, null)
    }
    const storage = storageFailureOf(error)
    if (storage !== null) {
      console.error(errorLine('storage failed', { request: id, reason: storage }))
      return refused(edge, c, { kind: 'busy', retryAfterSeconds: STORAGE_SECONDS }, null)
    }
    console.error(errorLine('request failed', { request: id, error: error.name, at: stackOf(error) }))
    return respond(edge, c, edge.failure(aboutOf(c)))
  })
  return app
}

/** The answer to a path that no route of the dialect has. */
export function unknownPath<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  isPublic: boolean,
) {
  return (c: EdgeContext): Promise<Response> =>
    inLane(edge, c, null, async () => {
      const identity = isPublic ? null : await identify(edge, c, null)
      const refusal = isPublic ? refuseHost(c) : identity
      return refused(edge, c, refusal && !refusal.ok ? refusal.fault : notFound('route').fault, null)
    })
}

/** What is short by nature is answered at once, unless its body is long; all else waits for a place. */
async function inLane<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  c: EdgeContext,
  route: Route<Access, Identity, F> | null,
  answer: (arrival: Arrival) => Promise<Response>,
): Promise<Response> {
  const lane = c.get('lane')
  if (route?.isShort && isBodyShort(c.req.raw)) {
    const response = await lane.runShort(answer)
    if (response.status === 429) await lane.slowDown()
    return response
  }
  const weight = route?.isHeavy || isBodyLarge(c.req.raw) ? ('heavy' as const) : undefined
  return lane.run(answer, weight) ?? refused(edge, c, LANE_FULL, route)
}

/** One that takes tens of milliseconds to read and check. */
function isBodyLarge({ headers, body }: Request): boolean {
  const length = headers.get('content-length')
  return body !== null && (length === null || Number(length) > MIN_LARGE_BODY_BYTES)
}

/** A body that does not announce its length may be of any. */
function isBodyShort({ headers, body }: Request): boolean {
  const length = headers.get('content-length')
  return body === null || (length !== null && Number(length) <= MAX_SHORT_BODY_BYTES)
}

async function run<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  route: Route<Access, Identity, F>,
  c: EdgeContext,
  arrival: Arrival,
): Promise<Outcome<Reply, CommonFault | F>> {
  const raw = rawOf(c, arrival)
  const params = route.params?.safeParse(c.req.param())
  if (params && !params.success) {
    const stranger = await identify(edge, c, route.subject ? route.access : null, raw)
    return stranger.ok ? notFound(route.subject ?? 'route') : stranger
  }
  const identity = await identify(edge, c, route.access, raw)
  if (!identity.ok) return identity
  if (announcesTooMuch(c.req.raw.headers)) {
    return refuse({ kind: 'body_too_large', limitBytes: MAX_BODY_BYTES })
  }
  const fields = raw.query()
  if (!fields.ok) return fields
  const given = route.query && firstValues(fields.value)
  const query = route.query?.safeParse(given)
  if (query && !query.success) {
    return refuse({ kind: 'input_invalid', problems: problemsOf(query.error, given) })
  }
  return route.handle({
    core: c.get('core'),
    turns: c.get('turns'),
    identity: identity.value,
    params: params?.data as never,
    query: query?.data as never,
    body: () => readBody(route, raw),
    raw,
    now: c.get('now')(),
    request: { ...c.get('request'), status: successOf(route) },
  })
}

function successOf({ replies }: Pick<Route<unknown, unknown, never>, 'replies'>): number {
  return Math.max(
    ...Object.keys(replies)
      .map(Number)
      .filter((status) => status < 300),
  )
}

function identify<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  c: EdgeContext,
  access: Access | null,
  raw = rawOf(c, (wait) => wait()),
): Promise<Outcome<Identity, CommonFault | F>> {
  const refusal = refuseHost(c) ?? refuseCrossSite(edge, c, access)
  if (refusal) return Promise.resolve(refusal)
  const params = c.req.param() as Record<string, string>
  const call = { core: c.get('core'), headers: raw.headers, params, raw, request: c.get('request') }
  return edge.identify(call, access)
}

function refuseHost({ req }: EdgeContext): Refusal | null {
  return isHostAmbiguous(req.raw.headers) ? refuse({ kind: 'host_invalid' }) : null
}

/** Browsers say which site's page sends a request (Fetch Metadata): to another's, only public documents are open. */
function refuseCrossSite<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  { req }: EdgeContext,
  access: Access | null,
): Refusal | null {
  const { headers, method } = req.raw
  if (headers.get('Sec-Fetch-Site') !== 'cross-site') return null
  const isRead = method === 'GET' || method === 'HEAD'
  const isDocument = access !== null && edge.isPublic(access) && isRead
  const isLink = edge.isOpenToLinks === true && isRead && isTopLevelNavigation(headers)
  return isDocument || isLink ? null : refuse({ kind: 'request_cross_site' })
}

/** Of a whole page, and no frame, image or script within one. */
function isTopLevelNavigation(headers: Headers): boolean {
  return headers.get('Sec-Fetch-Mode') === 'navigate' && headers.get('Sec-Fetch-Dest') === 'document'
}

function refused<Access, Identity, F extends Fault>(
  edge: Edge<Access, Identity, F>,
  c: EdgeContext,
  fault: CommonFault | F,
  route: Route<Access, Identity, F> | null,
): Response {
  const isCredential = fault.kind === 'credential_missing' || fault.kind === 'credential_invalid'
  if (isCredential && route !== null && !edge.isForMachines(route.access, route.operation.id)) {
    c.get('meter').authFailed(edge.dialect, fault.kind)
  }
  // The client's answer and the record name the same request.
  if ('requestId' in fault && fault.requestId !== undefined) {
    c.set('request', { ...c.get('request'), id: fault.requestId })
  }
  const about = { operation: route?.operation.id ?? null, access: route?.access ?? null }
  return respond(edge, c, edge.refusal(fault, { ...about, ...aboutOf(c) }))
}

function aboutOf(c: EdgeContext): About {
  const { raw } = c.req
  const query = queryOf(raw.url)
  return {
    requestId: c.get('request').id,
    publicUrl: c.get('core').service.getPublicUrl(),
    headers: raw.headers,
    target: pathOf(raw.url) + (query === '' ? '' : `?${query}`),
  }
}

/** Where it failed. A message may quote what a client sent, over any number of lines: only frames are logged. */
function stackOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return frames.slice(0, 5).join(' ').trim()
}
