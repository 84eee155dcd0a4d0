/**
 * The newest events, which D1 has; and every few seconds the question whether there are more, which the live feed answers
 * from memory. Without script, and where the feed forgot, the list is as right as the page is new.
 */
import type { AuditEvent } from '../../core/events/event.ts'
import type { FeedNews } from '../../core/overview/feed.ts'
import { sentenceOf } from '../activity/sentence.ts'
import { Feed, type FeedSort } from '../components/list/feed.tsx'

export const FEED_ROWS = 8
const POLL_SECONDS = 5

export function LiveFeed({
  events,
  news,
  now,
}: {
  readonly events: readonly AuditEvent[]
  /** null: the feed cannot be asked now. */
  readonly news: FeedNews | null
  readonly now: number
}) {
  const fresh = new Set(news?.events.map(({ id }) => id))
  const place = new URLSearchParams(news ? { boot: news.boot, seq: String(news.seq) } : {})
  return (
    <div
      class="region"
      id="feed"
      hx-get={`/console/feed?${place}`}
      hx-trigger={`every ${POLL_SECONDS}s`}
      hx-swap="outerHTML"
    >
      {events.length === 0 && <p class="muted">Nothing has happened yet.</p>}
      <Feed
        now={now}
        items={events.map((event) => {
          const { sort, text } = sentenceOf(event)
          return { at: event.at, sort, text, about: aboutOf(event, sort), isFresh: fresh.has(event.id) }
        })}
      />
    </div>
  )
}

/** Sentences of operators name the key themselves. */
function aboutOf({ subject, cause: { request } }: AuditEvent, sort: FeedSort): string | null {
  const key = subject.kind === 'key' && sort !== 'operator' ? subject.name : null
  return [key, request.address].filter(Boolean).join(', ') || null
}
