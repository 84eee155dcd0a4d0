/** Whether an event is one of those that are looked for: the same as the store's own conditions say. */
import { allowsAddress } from '../kernel/address.ts'
import type { AuditEvent } from './event.ts'
import type { EventActor, EventQuery, EventSubject } from './port.ts'

/** What can be asked of events in the order of their arrival. */
export type ArrivalQuery = Pick<
  EventQuery,
  'types' | 'actor' | 'about' | 'requestId' | 'network' | 'isSuccess' | 'since' | 'until'
>

export function matchesEvent(query: ArrivalQuery, event: AuditEvent): boolean {
  const { types, actor, about = [], requestId, network, isSuccess, since, until } = query
  const { request } = event.cause
  return (
    (types === undefined || types.includes(event.type)) &&
    (actor === undefined || isActor(actor, event)) &&
    about.every((subject) => isAbout(subject, event)) &&
    (requestId === undefined || request.id === requestId) &&
    (network === undefined || allowsAddress([network], request.address)) &&
    (isSuccess === undefined || event.isSuccess === isSuccess) &&
    (since === undefined || event.at >= since) &&
    (until === undefined || event.at <= until)
  )
}

function isActor(wanted: EventActor, { cause: { actor } }: AuditEvent): boolean {
  switch (wanted.kind) {
    case 'principal':
      return actor.kind === 'principal' && actor.as?.kind === wanted.as.kind && actor.as.id === wanted.as.id
    case 'agent':
      return actor.kind === 'agent' && actor.id === wanted.id
    case 'system':
      return actor.kind === 'system'
  }
}

function isAbout({ kind, id }: EventSubject, { subject, type, detail }: AuditEvent): boolean {
  if (subject.kind === kind && subject.id === id) return true
  return kind === 'key' && type === 'agent.enroll' && detail.key === id
}
