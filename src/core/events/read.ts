import { operatorCase } from '../access/cases/operator-case.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { AuditEvent } from './event.ts'
import type { EventPlace, EventQuery, FoundEvents } from './port.ts'

type Query = Omit<EventQuery, 'organization'>

export const getEvent = operatorCase(
  'events.read',
  async (ports, operation, id: string): Promise<Outcome<AuditEvent>> => {
    const found = await ports.events.find(operation.actor.organization, id)
    return found ? ok(found) : notFound('event')
  },
)

/** Newest first. */
export const listEvents = operatorCase(
  'events.read',
  async (
    ports,
    operation,
    query: Query,
    page: PageAfter<EventPlace>,
  ): Promise<Outcome<readonly AuditEvent[]>> => {
    const { organization } = operation.actor
    return ok(await ports.events.list({ ...query, organization }, page))
  },
)

export const countEvents = operatorCase(
  'events.read',
  async (ports, operation, query: Query): Promise<Outcome<number>> =>
    ok(await ports.events.count({ ...query, organization: operation.actor.organization })),
)

/** Newest first, a bounded number of events looked at a page. */
export const searchEvents = operatorCase(
  'events.read',
  async (ports, operation, query: Query, page: PageAfter<EventPlace>): Promise<Outcome<FoundEvents>> =>
    ok(await ports.events.search({ ...query, organization: operation.actor.organization }, page)),
)
