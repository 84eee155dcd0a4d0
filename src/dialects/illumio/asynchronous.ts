/**
 * `Prefer: respond-async` on any collection: 202, a job, and the collection as a file
 * (docs/dialects/illumio.md#asynchronous-collections). What the collection refuses is refused at once: the job is only
 * started when its filters are good.
 */

import { PERMISSIONS } from '../../core/access/permission.ts'
import { MAX_JOB_ROWS } from '../../core/jobs/job.ts'
import type { Rows } from '../../core/jobs/start.ts'
import { ok } from '../../core/outcome.ts'
import type { Call, ReplyDoc, Route } from '../../http/route.ts'
import { type Access, type Identity, operationOf } from './edge.ts'
import { hrefOf } from './hrefs.ts'

type AnyCall = Call<Identity, never, never, never>

/** A collection may have a way to be read in slices, when its rows at once would be too many for an isolate. */
export type Listing = Route<Access, Identity> & {
  readonly slices?: (call: AnyCall, limit: number) => Rows
}

/** Go waits so long before each look, so that it is short. */
const POLL_SECONDS = 1

const ACCEPTED: ReplyDoc = {
  description: 'With `Prefer: respond-async`: it is being made, and the job says when it is done',
  headers: { Location: 'The href of the job', 'Retry-After': 'Seconds until a first look is worth it' },
}

/** Only collections answer later; everything else ignores what a client prefers. */
export function asynchronous(route: Listing): Route<Access, Identity> {
  if (!isCollection(route)) return route
  return {
    ...route,
    replies: { ...route.replies, 202: ACCEPTED },
    handle: (call) => (prefersAsync(call.raw.headers) ? later(route, call) : route.handle(call)),
  }
}

export function isCollection(route: Pick<Route<Access, Identity>, 'method' | 'replies'>): boolean {
  return route.method === 'get' && route.replies[200]?.headers?.['X-Total-Count'] !== undefined
}

/** RFC 7240: preferences are a list, and may have parameters. */
function prefersAsync(headers: Headers): boolean {
  const preferences = (headers.get('Prefer') ?? '').split(',')
  return preferences.some((one) => one.split(';')[0]?.trim().toLowerCase() === 'respond-async')
}

async function later(route: Listing, call: AnyCall) {
  const trial = await route.handle(limited(call, 0))
  if (!trial.ok) return trial
  const operation = operationOf(call)
  const { organization } = operation.actor
  const asked = call.raw.query().get('max_results')
  const limit = asked === null ? MAX_JOB_ROWS : Math.min(Number(asked), MAX_JOB_ROWS)
  const started = await call.core.jobs.start(operation, {
    subject: call.request.path.replace(/^\/api\/v2/, ''),
    permission: PERMISSIONS.find((permission) => permission === route.access) ?? null,
    rows: route.slices ? route.slices(call, limit) : wholeOf(route, limited(call, limit)),
  })
  if (!started.ok) return started
  const headers = {
    // Clients put `/api/v2` before it themselves, and read whole seconds.
    Location: hrefOf(organization, 'jobs', started.value.id),
    'Retry-After': String(POLL_SECONDS),
  }
  return ok({ status: 202, headers })
}

async function* wholeOf(route: Listing, call: AnyCall): Rows {
  const reply = await route.handle(call)
  yield reply.ok ? ok(reply.value.json as readonly unknown[]) : reply
}

function limited(call: AnyCall, limit: number): AnyCall {
  const query = { ...(call.query as object), max_results: limit }
  return { ...call, query: query as never }
}
