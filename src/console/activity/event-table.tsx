import type { AuditEvent } from '../../core/events/event.ts'
import type { EntityId } from '../../core/kernel/ids.ts'
import { formatId, parseId } from '../../core/kernel/ids.ts'
import type { Names } from '../../core/search/catalogue.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { ClockTime } from '../components/figure/time.tsx'
import { EventText } from '../components/list/feed.tsx'
import type { Column, Row } from '../components/list/table.tsx'
import { sentenceOf } from './sentence.ts'

export const ACTIVITY = '/console/activity'

const REQUEST_CHARACTERS = 8

export const EVENT_COLUMNS: readonly Column[] = [
  { label: 'Time, UTC' },
  { label: 'What' },
  { label: 'Key' },
  { label: 'From', class: 'gone' },
  { label: 'Request', class: 'r gone' },
]

export function eventRows(events: readonly AuditEvent[], names: Names, now: number): readonly Row[] {
  return events.map((event) => {
    const { sort, text } = sentenceOf(event)
    const { id, address } = event.cause.request
    const key = keyOf(event)
    const name = key && (names.keys.get(formatId(key))?.name ?? formatKeyId(key))
    return {
      cells: [
        { content: <ClockTime at={event.at} now={now} isMono /> },
        {
          content: (
            <EventText sort={sort}>
              <a class="plain" href={`${ACTIVITY}/${event.id}`}>
                {text}
              </a>
            </EventText>
          ),
        },
        {
          class: 'cut keyc',
          content: key && name !== null && (
            <a class="plain" href={`/console/keys/${formatKeyId(key)}`} title={name}>
              {name}
            </a>
          ),
        },
        { class: 'nw gone', content: address && <code>{address}</code> },
        {
          class: 'r nw gone',
          content: (
            <a class="plain mono" href={`${ACTIVITY}?request_id=${encodeURIComponent(id)}`} title={id}>
              {id.slice(0, REQUEST_CHARACTERS)}
            </a>
          ),
        },
      ],
    }
  })
}

/** The key that an event is about: its subject, or that by which an agent enrolled. */
export function keyOf({ subject, detail }: AuditEvent): EntityId | null {
  if (subject.kind === 'key') return parseId(subject.id)
  return typeof detail.key === 'string' ? parseId(detail.key) : null
}
