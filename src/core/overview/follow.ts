import { operatorCase } from '../access/cases/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { FeedNews, FeedPlace } from './feed.ts'

/** Whether anything happened since; null: the feed cannot be asked, and the reader asks D1. */
export const followFeed = operatorCase(
  'events.read',
  async (ports, operation, place: FeedPlace | null): Promise<Outcome<FeedNews | null>> =>
    ok(await ports.feed.since(operation.actor.organization, place)),
)
