import * as z from 'zod'
import type { EventActor, EventPlace, EventQuery } from '../../../core/events/port.ts'
import { each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { ExactText, Instant, maxResults } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { idIn, OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { eventsNamed } from './event-types.ts'
import { EventReply, formatEvent } from './event-wire.ts'

const COLLECTION = '/api/v2/orgs/:org/events'
/** Of version 7, or, from earlier releases, of version 4. */
const EventId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const OneEvent = OfOrganization.extend({ event: EventId })

/** docs/dialects/illumio.md#totals-and-limits */
const USUAL_EVENTS = 100
const MOST_EVENTS = 10_000

const Filters = z.strictObject({
  event_type: ExactText,
  severity: z.enum(['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']).optional(),
  status: z.enum(['success', 'failure', 'nil']).optional(),
  created_by: ExactText.meta({
    description: 'The href of a user, a service account or an agent, or `system`',
  }),
  timestamp: Instant.meta({ description: 'This very millisecond' }),
  'timestamp[gte]': Instant,
  'timestamp[lte]': Instant,
  max_results: maxResults(MOST_EVENTS, USUAL_EVENTS),
})

const list = listing({
  path: COLLECTION,
  access: 'events.read',
  operation: {
    id: 'events_get',
    summary: 'List events',
    description: 'Newest first. A redemption is listed within a second, all else at once.',
  },
  params: OfOrganization,
  query: Filters,
  item: EventReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const wanted = wantedBy(query, operation.actor.organization)
    if (wanted === null) return ok(null)
    const serverName = new URL(core.service.getPublicUrl()).hostname
    return ok({
      count: () => core.events.countEvents(operation, wanted),
      read: slicesOf(
        (page: PageAfter<EventPlace>) => core.events.listEvents(operation, wanted, page),
        ({ at, id }) => ({ at, id }),
        each((event) => formatEvent(event, serverName)),
      ),
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:event`,
  access: 'events.read',
  operation: { id: 'event_get', summary: 'One event' },
  params: OneEvent,
  replies: { 200: { description: 'The event', schema: EventReply } },
  handle: async (call) => {
    const found = await call.core.events.getEvent(operationOf(call), call.params.event)
    if (!found.ok) return found
    const serverName = new URL(call.core.service.getPublicUrl()).hostname
    return ok({ status: 200, json: formatEvent(found.value, serverName) })
  },
})

/** null: no event is so. */
function wantedBy(
  query: z.output<typeof Filters>,
  organization: number,
): Omit<EventQuery, 'organization'> | null {
  const { severity, status, event_type: name, created_by: creator } = query
  const actor = creator === undefined ? undefined : actorOf(creator, organization)
  const bySeverity =
    severity === undefined ? undefined : { info: true, err: false }[severity as 'info' | 'err']
  const byStatus = status === undefined ? undefined : { success: true, failure: false }[status as 'success']
  const isSeverityUnused = severity !== undefined && bySeverity === undefined
  const isContradiction = bySeverity !== undefined && byStatus !== undefined && bySeverity !== byStatus
  if (actor === null || status === 'nil' || isSeverityUnused || isContradiction) return null
  return {
    ...(name !== undefined && eventsNamed(name)),
    actor,
    isSuccess: byStatus ?? bySeverity,
    ...between(query),
  }
}

/** Both ends are included. */
function between({ timestamp, ...query }: z.output<typeof Filters>): Pick<EventQuery, 'since' | 'until'> {
  const [since, until] = [query['timestamp[gte]'], query['timestamp[lte]']]
  if (timestamp === undefined) return { since, until }
  return { since: Math.max(timestamp, since ?? 0), until: Math.min(timestamp, until ?? timestamp) }
}

/** null when the href is of no actor of events. */
function actorOf(creator: string, organization: number): EventActor | null {
  if (creator === 'system') return { kind: 'system' }
  const user = /^\/users\/([1-9][0-9]*)$/.exec(creator)?.[1]
  if (user !== undefined) return { kind: 'principal', as: { kind: 'user', id: user } }
  const agent = idIn(creator, organization, 'agents')
  if (agent !== null) return { kind: 'agent', id: agent }
  const account = idIn(creator, organization, 'service_accounts')
  return account === null ? null : { kind: 'principal', as: { kind: 'service_account', id: account } }
}

export const eventRoutes = [list, get]
