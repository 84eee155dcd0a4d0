import * as z from 'zod'
import type { FoundEvents } from '../../core/events/port.ts'
import { formatId } from '../../core/kernel/ids.ts'
import { map, type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { Names } from '../../core/search/catalogue.ts'
import {
  EventFilters,
  formatEvent,
  formatPlace,
  PlaceCursor,
  toArrivalQuery,
} from '../../http/words/event-wire.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { count } from '../components/figure/number.ts'
import { clockOf, fullTime, momentOf } from '../components/figure/time.tsx'
import { LinkButton } from '../components/form/button.tsx'
import { Command } from '../components/form/command.tsx'
import { Bar, ChipForm, ChipMenu, SetChip } from '../components/list/chips.tsx'
import { Facts } from '../components/list/facts.tsx'
import { Live } from '../components/list/feed.tsx'
import { Foot, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { type Asked, addressOf, askedOf, checkAsked, keptOf, PAGE_SIZE } from '../lists/asked.ts'
import { ACTIVITY, EVENT_COLUMNS, eventRows, keyOf } from './event-table.tsx'
import { actorOf, sentenceOf } from './sentence.ts'

const FOLLOW_SECONDS = 5

const Query = z.object({
  ...EventFilters,
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
        <Filters asked={asked} names={names} now={now} isFollowing={isFollowing} />
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

/** The groups of types by which people look: the noun before the dot. */
const GROUPS = [
  ['Enrollments and refusals', 'agent.enroll'],
  ['Agents', 'agent.*'],
  ['Keys', 'key.*'],
  ['Held uses', 'use.*'],
  ['Approvals', 'approval.*'],
  ['Profiles', 'profile.*'],
  ['API keys', 'api_key.*'],
  ['People', 'user.*'],
  ['Roles', 'permission.*'],
  ['Keyring', 'keyring.*'],
] as const satisfies readonly (readonly [string, `${string}.${string}`])[]

const HOUR = 3_600_000
const SINCE = [
  ['the last hour', HOUR],
  ['the last 24 hours', 24 * HOUR],
  ['the last 7 days', 7 * 24 * HOUR],
] as const

function Filters({
  asked,
  names,
  now,
  isFollowing,
}: {
  readonly asked: Asked
  readonly names: Names
  readonly now: number
  readonly isFollowing: boolean
}) {
  const set = (name: string, label: string, value: string | undefined = asked[name]) =>
    asked[name] !== undefined && (
      <SetChip label={label} value={value ?? ''} href={addressOf(ACTIVITY, asked, { [name]: undefined })} />
    )
  const menu = (name: string, label: string, values: readonly (readonly [string, string])[]) =>
    asked[name] === undefined && (
      <ChipMenu
        label={label}
        links={values.map(([text, value]) => ({
          label: text,
          href: addressOf(ACTIVITY, asked, { [name]: value }),
        }))}
      />
    )
  const form = (name: string, label: string, hint: string, placeholder: string) =>
    asked[name] === undefined && (
      <ChipForm {...{ label, name, hint, placeholder }} action={ACTIVITY} hidden={keptOf(asked, name)} />
    )
  const group = GROUPS.find(([, type]) => type === asked.type)
  const moment = (text: string | undefined) => text && momentOf(Date.parse(text), now)
  return (
    <Bar>
      {set('type', 'Type', group?.[0])}
      {menu('type', 'Type', GROUPS)}
      {set('success', 'Outcome', asked.success === 'false' ? 'refused' : 'done')}
      {menu('success', 'Outcome', [
        ['Refused', 'false'],
        ['Done', 'true'],
      ])}
      {set('key_id', 'Key', asked.key_id && nameOf(names, asked.key_id))}
      {set('agent_id', 'Agent')}
      {set('profile_id', 'Profile')}
      {set('actor', 'Actor')}
      {set('address', 'Address')}
      {form('address', 'Address', 'An address or a CIDR range', '10.0.0.0/8')}
      {set('since', 'Since', moment(asked.since))}
      {menu(
        'since',
        'Since',
        SINCE.map(([text, span]) => [text, new Date(now - span).toISOString()] as const),
      )}
      {set('until', 'Until', moment(asked.until))}
      {set('request_id', 'Request')}
      {form('request_id', 'Request', 'The X-Request-Id of an answer', '3e7c3b5e-…')}
      {isFollowing && (
        <span class="end">
          <Live>Following</Live>
        </span>
      )}
    </Bar>
  )
}

function nameOf({ keys }: Names, keyId: string): string {
  const [id] = [...keys].find(([id]) => formatKeyId(id) === keyId) ?? []
  return (id !== undefined && keys.get(id)?.name) || keyId
}

const params = z.object({ event: z.uuid().toLowerCase() })

const detail = page({
  path: `${ACTIVITY}/:event`,
  access: 'events.read',
  id: 'console_event',
  params,
  subject: 'event',
  show: async ({ core, operation, params: { event: id }, now }) => {
    const found = await core.events.getEvent(operation, id)
    if (!found.ok) return found
    const event = found.value
    const { request } = event.cause
    const key = keyOf(event)
    const named = await core.events.nameKeys(operation, key ? [key] : [])
    if (!named.ok) return named
    const { text } = sentenceOf(event)
    return ok({
      title: text,
      section: 'activity',
      content: (
        <>
          <Head
            title={text}
            crumb={{ href: ACTIVITY, label: 'Activity' }}
            sub={`${fullTime(event.at)}, ${momentOf(event.at, now)}`}
          />
          <div class="stack">
            <Facts
              rows={[
                ['Type', <code>{event.type}</code>],
                ['Outcome', event.isSuccess ? 'Done' : 'Refused'],
                ['Actor', actorOf(event)],
                key === null
                  ? null
                  : [
                      'Key',
                      <a href={`/console/keys/${formatKeyId(key)}`}>
                        {named.value.keys.get(formatId(key))?.name ?? formatKeyId(key)}
                      </a>,
                    ],
                event.subject.kind === 'agent'
                  ? ['Agent', <a href={`/console/agents/${event.subject.id}`}>{event.subject.name}</a>]
                  : null,
                request.address === null
                  ? null
                  : [
                      'From',
                      <a class="mono" href={addressOf(ACTIVITY, {}, { address: request.address })}>
                        {request.address}
                      </a>,
                    ],
                request.path === '' ? null : ['Request', <code>{`${request.method} ${request.path}`}</code>],
                [
                  'Request id',
                  <a class="mono" href={addressOf(ACTIVITY, {}, { request_id: request.id })}>
                    {request.id}
                  </a>,
                ],
              ]}
            />
            <section>
              <div class="sec-h">
                <h2>As JSON</h2>
              </div>
              <Command id="json">{JSON.stringify(formatEvent(event), null, 2)}</Command>
            </section>
          </div>
        </>
      ),
    })
  },
})

export const activityRoutes = [list, detail]
