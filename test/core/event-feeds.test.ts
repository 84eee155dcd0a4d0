/** Streams of events: what readers of an isolate share, and when one ends. */
import { describe, expect, test } from 'vitest'
import type { Operation } from '../../src/core/access/cases/operator-case.ts'
import { BEFORE_ALL_EVENTS, type EventCursor, type FollowedEvents } from '../../src/core/events/cursor.ts'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { createEventFeeds, MAX_READERS, MAX_READERS_OF_ORGANIZATION } from '../../src/core/events/feeds.ts'
import { MAX_STREAM_MILLISECONDS, type StreamedEvent, streamEvents } from '../../src/core/events/stream.ts'
import { eventId } from '../../src/core/kernel/time/event-id.ts'
import type { Ports } from '../../src/core/ports.ts'

const START = Date.UTC(2030, 0)

/** Events in memory, all of them in order, under a clock that only a pause moves. */
function world() {
  const all: AuditEvent[] = []
  const asked: EventCursor[] = []
  let time = START
  const cursorOf = ({ at, id }: AuditEvent): EventCursor => ({ ...BEFORE_ALL_EVENTS, at, id })
  const events = {
    async follow(_: number, cursor: EventCursor, limit: number): Promise<FollowedEvents> {
      asked.push(cursor)
      const behind = all.filter(({ at, id }) => at > cursor.at || (at === cursor.at && id > cursor.id))
      const page = behind.slice(0, limit)
      const cursors = page.map(cursorOf)
      return { events: page, cursors, cursor: cursors.at(-1) ?? cursor, isEnd: page.length === behind.length }
    },
    end: async () => (all.length > 0 ? cursorOf(all.at(-1) as AuditEvent) : BEFORE_ALL_EVENTS),
  }
  const now = () => time
  const ports = {
    ...{ now, events, feeds: createEventFeeds({ now, events }) },
    pause: async (milliseconds: number) => {
      time += milliseconds
    },
  } as unknown as Ports
  return {
    ports,
    asked,
    wait: (milliseconds: number) => {
      time += milliseconds
    },
    add(type: AuditEvent['type'] = 'key.create'): AuditEvent {
      const at = time
      const request = { id: '', method: '', path: '', address: null }
      const event: AuditEvent = {
        ...{ id: eventId(at), organization: 1, at, type, isSuccess: true, detail: {} },
        cause: { actor: { kind: 'system' }, request },
        subject: { kind: 'key', id: '1', name: '' },
      }
      all.push(event)
      return event
    },
    async open(from: EventCursor | null = null, organization = 1, query = {}) {
      const opened = await streamEvents(ports, operationOf(organization), from, query)
      if (!opened.ok) throw new Error(opened.fault.kind)
      return opened.value[Symbol.asyncIterator]()
    },
  }
}

function operationOf(organization: number): Operation {
  const permissions = new Set(['events.read'])
  return { actor: { organization, permissions, scopes: new Map() } } as unknown as Operation
}

async function nextEvent(reader: AsyncIterator<StreamedEvent>): Promise<AuditEvent | 'end'> {
  for (;;) {
    const { value, done } = await reader.next()
    if (done) return 'end'
    if (value.event) return value.event
  }
}

describe('readers of one organization', () => {
  test('share one read a second, and each gets every event once', async () => {
    const { ports, asked, add, wait } = world()
    const feeds = Array.from({ length: 10 }, () => ports.feeds.join(1, BEFORE_ALL_EVENTS))
    const seen = feeds.map(() => [] as string[])
    const cursors = feeds.map(() => BEFORE_ALL_EVENTS)
    const made: string[] = []
    for (let second = 0; second < 20; second++) {
      made.push(add().id)
      wait(1_000)
      // Each looks twice, as a stream does.
      for (const _ of [0, 1]) {
        for (const [i, feed] of feeds.entries()) {
          const arrived = await feed?.next(cursors[i] ?? BEFORE_ALL_EVENTS)
          seen[i]?.push(...(arrived?.events.map(({ event }) => event.id) ?? []))
          cursors[i] = arrived?.cursor ?? BEFORE_ALL_EVENTS
        }
      }
    }
    expect(asked).toHaveLength(20)
    for (const ids of seen) expect(ids).toEqual(made)
  })

  test('one who is far behind reads for itself, and holds the others up in nothing', async () => {
    const { ports, add, open, wait } = world()
    const old = Array.from({ length: 1_000 }, () => add().id)
    wait(10)
    const live = await open()
    const late = await open(BEFORE_ALL_EVENTS)
    await live.next()
    const fresh = add()
    expect(await nextEvent(live)).toEqual(fresh)
    const ids: string[] = []
    while (ids.length <= old.length) ids.push(((await nextEvent(late)) as AuditEvent).id)
    expect(ids).toEqual([...old, fresh.id])
    expect(ports.feeds.join(2, BEFORE_ALL_EVENTS)).not.toBeNull()
  })

  test('get what their filter lets through, and hear how far was looked', async () => {
    const { add, open, wait } = world()
    const reader = await open(null, 1, { types: ['key.revoke'] })
    await reader.next()
    const passed = add('key.create')
    wait(20_000)
    const heard = await reader.next()
    expect(heard.value).toMatchObject({ event: null, cursor: { id: passed.id } })
    const wanted = add('key.revoke')
    expect(await nextEvent(reader)).toEqual(wanted)
  })
})

describe('a stream ends', () => {
  test('after its time, and gives its place back', async () => {
    const { ports, open } = world()
    for (let n = 0; n < MAX_READERS_OF_ORGANIZATION; n++) await open()
    expect(ports.feeds.join(1, BEFORE_ALL_EVENTS)).toBeNull()
    const elsewhere = await open(null, 2)
    const began = ports.now()
    expect(await nextEvent(elsewhere)).toBe('end')
    expect(ports.now() - began).toBeGreaterThanOrEqual(MAX_STREAM_MILLISECONDS)
    // Those whose requests were cut off said no goodbye, and were not here meanwhile.
    expect(ports.feeds.join(1, BEFORE_ALL_EVENTS)).not.toBeNull()
  })

  test('when its reader takes nothing', async () => {
    const { add, open, wait } = world()
    const reader = await open()
    await reader.next()
    add()
    expect(await nextEvent(reader)).not.toBe('end')
    wait(31_000)
    expect(await nextEvent(reader)).toBe('end')
  })

  test('when its reader leaves: the place is free at once', async () => {
    const { ports, open } = world()
    const readers = []
    for (let n = 0; n < MAX_READERS_OF_ORGANIZATION; n++) {
      const reader = await open()
      await reader.next()
      readers.push(reader)
    }
    expect(ports.feeds.join(1, BEFORE_ALL_EVENTS)).toBeNull()
    await readers[0]?.return?.()
    expect(ports.feeds.join(1, BEFORE_ALL_EVENTS)).not.toBeNull()
  })
})

test('an isolate has so many streams in all', () => {
  const { ports } = world()
  for (let n = 0; n < MAX_READERS; n++) expect(ports.feeds.join(n, BEFORE_ALL_EVENTS)).not.toBeNull()
  expect(ports.feeds.join(MAX_READERS, BEFORE_ALL_EVENTS)).toBeNull()
})
