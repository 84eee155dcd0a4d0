import * as z from 'zod'
import { BEFORE_ALL_EVENTS, type EventCursor, formatEventCursor } from '../../../core/events/cursor.ts'
import type { ArrivalQuery } from '../../../core/events/match.ts'
import type { EventPlace } from '../../../core/events/port.ts'
import type { StreamedEvent } from '../../../core/events/stream.ts'
import { invalid, map, type Outcome } from '../../../core/kernel/outcome.ts'
import type { Call, Reply } from '../../../http/route.ts'
import {
  ArrivalCursor,
  EventFilters,
  EventReply,
  formatEvent,
  formatPlace,
  PlaceCursor,
  toArrivalQuery,
} from '../../../http/words/event-wire.ts'
import { Limit } from '../../../http/words/listing.ts'
import { type Identity, nativeRoute, operationOf } from '../edge/edge.ts'

const STREAM = 'text/event-stream'
/** When a browser comes back after a stream ended. */
const RETRY_MILLISECONDS = 2_000

const Query = z.strictObject({
  limit: Limit,
  cursor: z.string().max(128).optional().describe('The next_cursor of the page before'),
  order: z
    .enum(['newest', 'arrival'])
    .default('newest')
    .describe('`arrival`: oldest first, each event once, however late it comes'),
  after: z
    .string()
    .max(128)
    .optional()
    .describe('A cursor of the order of arrival: what came after it. Implies `order=arrival`'),
  ...EventFilters,
})

const PageReply = z.object({
  items: z.array(EventReply),
  next_cursor: z
    .string()
    .nullable()
    .describe(
      'null: this is the last page. In the order of arrival it is never null: there may be more later',
    ),
  is_end: z.boolean().describe('Whether there are no more by now'),
  follow_cursor: z
    .string()
    .describe(
      'For `after`: what arrives after this page was asked for. In the order of arrival the same as next_cursor',
    ),
})

type EventCall = Call<Identity, unknown, z.output<typeof Query>, unknown>

const list = nativeRoute({
  method: 'get',
  path: '/v1/events',
  access: 'events.read',
  operation: {
    id: 'events_list',
    summary: 'What happened in the organization',
    description:
      'Newest first, or in the order of arrival. A page of a query can be short, and even empty, before the last one: ' +
      'each looks at a bounded number of events. With `Accept: text/event-stream` it is a stream of server-sent events: ' +
      'what arrives from now on, or after `after` or `Last-Event-ID`. A stream is best effort and ends after five ' +
      'minutes; the list is complete.',
  },
  query: Query,
  replies: { 200: { description: 'A page of events', schema: PageReply } },
  handle: async (call) => {
    // A parameter that is named again adds to it; elsewhere the first counts.
    const all = call.raw.query()
    if (!all.ok) return all
    const types = EventFilters.type.safeParse(all.value.get('type')?.join(','))
    if (!types.success) return invalid('type', 'No type of an event')
    const query = { ...toArrivalQuery(call.query), types: types.data }
    const isStream = call.raw.headers.get('Accept')?.includes(STREAM) ?? false
    if (isStream) return stream(call, query)
    const { order, after, cursor } = call.query
    return order === 'arrival' || after !== undefined
      ? inArrival(call, query, after ?? cursor)
      : newest(call, query, cursor)
  },
})

async function newest(
  call: EventCall,
  query: ArrivalQuery,
  text: string | undefined,
): Promise<Outcome<Reply>> {
  const after = text === undefined ? null : parsed(PlaceCursor, text)
  if (after === undefined) return invalid('cursor', 'No cursor of ours')
  const { events } = call.core
  const operation = operationOf(call)
  // Asked first: what arrives meanwhile is followed, and may be listed, too.
  const end = await events.endOfEvents(operation)
  if (!end.ok) return end
  const found = await events.searchEvents(operation, query, { after, limit: call.query.limit })
  return map(found, (page) => ({
    status: 200,
    json: {
      items: page.events.map(formatEvent),
      next_cursor: formatPlace(page.next),
      is_end: page.next === null,
      follow_cursor: formatEventCursor(end.value),
    } satisfies z.output<typeof PageReply>,
  }))
}

async function inArrival(
  call: EventCall,
  query: ArrivalQuery,
  text: string | undefined,
): Promise<Outcome<Reply>> {
  const after = text === undefined ? BEFORE_ALL_EVENTS : parsed(ArrivalCursor, text)
  if (after === undefined) return invalid('after', 'No cursor of ours')
  const found = await call.core.events.follow(operationOf(call), after, call.query.limit, query)
  return map(found, (page) => {
    const next = formatEventCursor(page.cursor)
    return {
      status: 200,
      json: {
        items: page.events.map(formatEvent),
        next_cursor: next,
        is_end: page.isEnd,
        follow_cursor: next,
      } satisfies z.output<typeof PageReply>,
    }
  })
}

async function stream(call: EventCall, query: ArrivalQuery): Promise<Outcome<Reply>> {
  // A browser that comes back asks for the same address: what it has read counts more.
  const text = call.raw.headers.get('Last-Event-ID') || call.query.after
  const from = text === undefined ? null : parsed(ArrivalCursor, text)
  if (from === undefined) return invalid('after', 'No cursor of ours')
  const streamed = await call.core.events.streamEvents(operationOf(call), from, query)
  return map(streamed, (events) => ({
    status: 200,
    headers: { 'Content-Type': STREAM, 'X-Accel-Buffering': 'no' },
    chunks: chunksOf(events),
  }))
}

async function* chunksOf(events: AsyncIterable<StreamedEvent>): AsyncGenerator<string> {
  yield `retry: ${RETRY_MILLISECONDS}\n`
  for await (const { event, cursor } of events) yield formatChunk(event && formatEvent(event), cursor)
}

/** Without data it is no event, and yet its id is kept: a comment that says how far was looked. */
function formatChunk(event: z.output<typeof EventReply> | null, cursor: EventCursor): string {
  const id = `id: ${formatEventCursor(cursor)}\n`
  return event === null ? `: nothing new\n${id}\n` : `${id}data: ${JSON.stringify(event)}\n\n`
}

function parsed<T extends EventCursor | EventPlace>(schema: z.ZodType<T>, text: string): T | undefined {
  const result = schema.safeParse(text)
  return result.success ? result.data : undefined
}

const get = nativeRoute({
  method: 'get',
  path: '/v1/events/:event',
  access: 'events.read',
  operation: { id: 'events_read', summary: 'One event' },
  params: z.object({ event: z.uuid().toLowerCase() }),
  subject: 'event',
  replies: { 200: { description: 'The event', schema: EventReply } },
  handle: async (call) =>
    map(await call.core.events.getEvent(operationOf(call), call.params.event), (event) => ({
      status: 200,
      json: formatEvent(event),
    })),
})

export const eventRoutes = [list, get]
