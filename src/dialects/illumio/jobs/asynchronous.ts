/**
 * `Prefer: respond-async` on any collection: 202, a job, and the collection as a file
 * (docs/dialects/illumio.md#asynchronous-collections). What the collection refuses is refused at once: the job is only
 * started when its filters are good.
 */

import { PERMISSIONS } from '../../../core/access/permission.ts'
import type { Core } from '../../../core/core.ts'
import type { RowsOf } from '../../../core/jobs/advance.ts'
import { MAX_JOB_ROWS } from '../../../core/jobs/job.ts'
import { map, ok, refuse } from '../../../core/kernel/outcome.ts'
import { callAgain } from '../../../http/fairness/call-again.ts'
import { firstValues } from '../../../http/fields.ts'
import type { ReplyDoc } from '../../../http/route.ts'
import { ofItems } from '../edge/collection.ts'
import { type IllumioRoute, operationOf } from '../edge/edge.ts'
import { hrefOf } from '../edge/hrefs.ts'
import type { AnyCall, Listing } from '../edge/listing.ts'

/** Go waits so long before each look, so that it is short. */
const POLL_SECONDS = 1

const ACCEPTED: ReplyDoc = {
  description: 'With `Prefer: respond-async`: it is being made, and the job says when it is done',
  headers: { Location: 'The href of the job', 'Retry-After': 'Seconds until a first look is worth it' },
}

/** Only collections answer later; everything else ignores what a client prefers. */
export function asynchronous(route: IllumioRoute | Listing): IllumioRoute {
  if (!isCollection(route)) return route
  return {
    ...route,
    replies: { ...route.replies, 202: ACCEPTED },
    handle: (call) => (prefersAsync(call.raw.headers) ? later(route, call) : route.handle(call)),
  }
}

export function isCollection(route: object): route is Listing {
  return 'collect' in route
}

/** How the rows of a job are made: as its collection's route makes them. */
export function rowsOf(routes: readonly IllumioRoute[], core: Core): RowsOf {
  const byOperation = new Map(routes.filter(isCollection).map((route) => [route.operation.id, route]))
  return async ({ actor }, asked, now) => {
    const route = byOperation.get(asked.operation)
    // A later release may have it no more.
    if (!route) return refuse({ kind: 'not_found', noun: 'route' })
    const call = callAgain(route, { ...asked, now }, core, { kind: 'principal', actor } as const)
    if (!call.ok) return call
    return map(await route.collect(call.value), (collected) => (collected ?? ofItems([])).read)
  }
}

/** RFC 7240: preferences are a list, and may have parameters. */
function prefersAsync(headers: Headers): boolean {
  const preferences = (headers.get('Prefer') ?? '').split(',')
  return preferences.some((one) => one.split(';')[0]?.trim().toLowerCase() === 'respond-async')
}

async function later(route: Listing, call: AnyCall) {
  const collected = await route.collect(call)
  const trial = collected.ok && collected.value ? await collected.value.count() : collected
  if (!trial.ok) return trial
  const operation = operationOf(call)
  const { organization } = operation.actor
  const fields = call.raw.query()
  if (!fields.ok) return fields
  const asked = fields.value.get('max_results')?.[0]
  const started = await call.core.jobs.startJob(operation, {
    subject: call.request.path.replace(/^\/api\/v2/, ''),
    permission: PERMISSIONS.find((permission) => permission === route.access) ?? null,
    operation: route.operation.id,
    query: firstValues(fields.value),
    maxRows: asked === undefined ? MAX_JOB_ROWS : Number(asked),
  })
  if (!started.ok) return started
  const headers = {
    // Clients put `/api/v2` before it themselves, and read whole seconds.
    Location: hrefOf(organization, 'jobs', started.value.id),
    'Retry-After': String(POLL_SECONDS),
  }
  return ok({ status: 202, headers })
}
