import * as z from 'zod'
import type { FoundEvents } from '../../core/events/port.ts'
import { map, type Outcome } from '../../core/kernel/outcome.ts'
import type { Names } from '../../core/search/catalogue.ts'
import {
  EventFilters as EVENT_FILTERS,
  formatPlace,
  PlaceCursor,
  toArrivalQuery,
} from '../../http/words/event-wire.ts'
import { count } from '../components/figure/number.ts'
import { clockOf } from '../components/figure/time.tsx'
import { LinkButton } from '../components/form/button.tsx'
import { Command } from '../components/form/command.tsx'
import { Foot, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { type Asked, addressOf, askedOf, checkAsked, PAGE_SIZE } from '../lists/asked.ts'
import { EventFilters } from './event-filters.tsx'
import { eventPage } from './event-page.tsx'
import { ACTIVITY, EVENT_COLUMNS, eventRows, keyOf } from './event-table.tsx'

const FOLLOW_SECONDS = 5

const Query = z.object({
  ...EVENT_FILTERS,
  cursor: PlaceCursor.optional(),
  follow: z.literal('true').optional(),
})

type Found = FoundEvents & { readonly names: Names }

const list = page({
  path: ACTIVITY,
  access: 'events.read',
  id: 'console_activity',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    return map(await find(visit, asked.value), (found) => viewOf(visit, asked.value, found))
  },
})

async function find({ core, operation }: Visit, asked: Asked): Promise<Outcome<Found>> {
  const query = checkAsked(Query, asked)
  if (!query.ok) return query
  const { cursor: after = null, follow: _, ...filters } = query.value
  const found = await core.events.searchEvents(operation, toArrivalQuery(filters), {
    after,
    limit: PAGE_SIZE,
  })
  if (!found.ok) return found
  const keys = found.value.events.flatMap((event) => keyOf(event) ?? [])
  return map(await core.events.nameKeys(operation, keys), (names) => ({ ...found.value, names }))
}

function viewOf({ now, publicUrl }: Visit, asked: Asked, { events, next, names }: Found): View {
  const { cursor, follow, ...filters } = asked
  const isFollowing = follow !== undefined && cursor === undefined
  const isFiltered = Object.keys(filters).length > 0
  const itself = addressOf(ACTIVITY, asked, {})
  const region = (
    <div
      class="region"
      id="events"
      {...(isFollowing && {
        'hx-get': itself,
        'hx-trigger': `every ${FOLLOW_SECONDS}s`,
        'hx-target': '#events',
        'hx-swap': 'outerHTML',
      })}
    >
      {events.length === 0 ? (
        <Empty
          title={isFiltered ? 'No event matches' : 'Nothing happened yet'}
          way={isFiltered ? { href: ACTIVITY, label: 'Show all' } : undefined}
        >
          {isFiltered
            ? 'The filters hide every event of this page.'
            : 'Each change and each refusal is recorded here within a second.'}
        </Empty>
      ) : (
        <Table class="log" caption="Activity" columns={EVENT_COLUMNS} rows={eventRows(events, names, now)} />
      )}
      <Foot
        first={cursor === undefined ? undefined : addressOf(ACTIVITY, asked)}
        next={
          next === null ? undefined : addressOf(ACTIVITY, asked, { cursor: formatPlace(next) ?? undefined })
        }
        labels={['Newest', 'Older']}
      >
        {count(events.length, 'event')}, newest first. As of {clockOf(now)}.{' '}
        {isFiltered && <a href={ACTIVITY}>Show all</a>}
      </Foot>
    </div>
  )
  return {
    title: 'Activity',
    section: 'activity',
    content: (
      <>
        <Head
          title="Activity"
          isOneLine
          actions={
            isFollowing ? (
              <LinkButton icon="pause" href={addressOf(ACTIVITY, asked, { follow: undefined })}>
                Stop
              </LinkButton>
            ) : (
              <LinkButton icon="play" href={addressOf(ACTIVITY, asked, { follow: 'true' })}>
                Follow
              </LinkButton>
            )
          }
        />
        <EventFilters path={ACTIVITY} asked={asked} names={names} now={now} isFollowing={isFollowing} />
        {region}
        <details class="tab">
          <summary>As curl</summary>
          <p class="muted small">The same list as JSON, with an API key as $login.</p>
          <Command id="curl">{curlOf(publicUrl, filters)}</Command>
        </details>
      </>
    ),
    region,
  }
}

function curlOf(publicUrl: string, filters: Asked): string {
  return `curl -sS -u "$login" '${publicUrl}${addressOf('/v1/events', filters)}'`
}

export const activityRoutes = [list, eventPage]
