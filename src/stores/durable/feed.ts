/** The live feed on itty-durable: in memory only, and for nothing else (test/core/live-feed.test.ts). */
import { createDurable, proxyDurable } from 'itty-durable'
import {
  type Feed,
  type FeedNews,
  type FeedPlace,
  MAX_SUMMARIES,
  type Summary,
} from '../../core/overview/feed.ts'

/** Arguments travel in a header, of which some 12 KB pass. */
const MAX_PUSHED = 50

/** What the platform calls; itty-durable answers it with the methods below. */
type Base = new (
  state: DurableObjectState,
  env: unknown,
) => {
  fetch(request: Request): Promise<Response>
}
const Durable = createDurable() as unknown as Base

/** One object an organization. It has no state that anything depends on: evicted, it begins again under another boot. */
export class FeedObject extends Durable {
  /** What the types of a namespace look for: without it the platform still calls `fetch`, as itty-durable does. */
  declare readonly [Rpc.__DURABLE_OBJECT_BRAND]: never
  readonly boot = crypto.randomUUID()
  seq = 0
  summaries: readonly Summary[] = []

  push(...events: readonly Summary[]): void {
    this.seq += events.length
    this.summaries = [...this.summaries, ...events].slice(-MAX_SUMMARIES)
  }

  since(place: FeedPlace | null): FeedNews {
    const { boot, seq, summaries } = this
    const isKnown = place?.boot === boot
    const news = isKnown ? Math.max(0, seq - place.seq) : summaries.length
    return { boot, seq, events: news === 0 ? [] : summaries.slice(-news) }
  }
}

/** @param namespace absent where an environment has no feed: pages do without */
export function createFeed(namespace: DurableObjectNamespace | undefined): Feed {
  const stubOf = (organization: number): FeedStub =>
    proxyDurable(namespace, { name: 'Feed', parse: true }).get(String(organization))
  return {
    async push(organization, events) {
      if (!namespace || events.length === 0) return
      try {
        await stubOf(organization).push(...events.slice(-MAX_PUSHED))
      } catch {
        // The page reads D1.
      }
    },
    async since(organization, place) {
      if (!namespace) return null
      try {
        return await stubOf(organization).since(place)
      } catch {
        return null
      }
    },
  }
}

type FeedStub = {
  push(...events: readonly Summary[]): Promise<unknown>
  since(place: FeedPlace | null): Promise<FeedNews>
}
