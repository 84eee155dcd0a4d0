import * as z from 'zod'
import type { Agent } from '../../core/enrollment/ledger/agent.ts'
import { formatId } from '../../core/kernel/ids.ts'
import { invalid, map, type Outcome } from '../../core/kernel/outcome.ts'
import type { Names } from '../../core/search/catalogue.ts'
import { commonFilters, cursorOf, Listing, placeOf, queryName, sortOf } from '../../http/words/listing.ts'
import { formatKeyId, KeyId, ProfileId, Timestamp } from '../../http/words/wire.ts'
import { count, number } from '../components/figure/number.ts'
import { clockOf, Time } from '../components/figure/time.tsx'
import { Button } from '../components/form/button.tsx'
import { State } from '../components/list/state.tsx'
import {
  type Column,
  Foot,
  nameCell,
  PICK_COLUMN,
  pickCell,
  type Row,
  SelectionBar,
  Table,
} from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { type Asked, addressOf, askedOf, checkAsked, PAGE_SIZE } from '../lists/asked.ts'
import { ExportButtons } from '../lists/download.tsx'
import { sortedBy } from '../lists/sorting.ts'
import { AgentFilters } from './agent-filters.tsx'

export const AGENTS = '/console/agents'

const Query = z.object({
  cursor: Listing.cursor,
  q: Listing.q,
  label: Listing.label,
  dialect: Listing.dialect,
  used_since: Listing.used_since,
  key_id: KeyId.optional(),
  profile_id: ProfileId.optional(),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
  state: z.enum(['active', 'revoked', 'left']).optional(),
  sort: sortOf('agents'),
})

type Found = {
  readonly agents: readonly Agent[]
  readonly names: Names
  /** null: not counted. */
  readonly total: number | null
  readonly asOf: number
  readonly next: string | null
}

export const agentList = page({
  path: AGENTS,
  access: 'agents.read',
  id: 'console_agents',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const found = await find(visit, asked.value)
    return map(found, (value) => view(visit, asked.value, value))
  },
})

/** How many the filters leave: counted after the page is there, since it takes longer. */
export const agentCount = page({
  path: `${AGENTS}/count`,
  access: 'agents.read',
  id: 'console_agents_count',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const found = await find(visit, asked.value, true)
    return map(found, ({ total }) => ({
      title: 'Agents',
      section: 'agents',
      content: <span>{count(total ?? 0, 'agent')} that match</span>,
    }))
  },
})

/** @param isCounted whether all that the filters leave are counted: that reads every row that passes */
async function find(visit: Visit, asked: Asked, isCounted = false): Promise<Outcome<Found>> {
  const query = checkAsked(Query, asked)
  if (!query.ok) return query
  const {
    cursor,
    key_id: key,
    profile_id: profile,
    since,
    until,
    state,
    sort: order,
    ...common
  } = query.value
  const name = await queryName({ ...asked, cursor: undefined })
  const after = cursor === undefined ? null : placeOf(cursor, name)
  if (after === undefined) return invalid('cursor', 'No page of this list, its filters and its sort')
  const filters = {
    ...commonFilters({ ...common, limit: PAGE_SIZE, total: isCounted }),
    key,
    profile,
    since,
    until,
    state,
    order,
  }
  const { agents: cases } = visit.core
  const found = await cases.browseAgents(visit.operation, filters, {
    after,
    limit: PAGE_SIZE,
    isCounted,
  })
  if (!found.ok) return found
  const { bytes, read, next, total, asOf } = found.value
  const agents = await read(0, bytes.length)
  const names = await cases.nameAgents(visit.operation, agents)
  return map(names, (value) => ({
    agents,
    names: value,
    // A first page without a next one is all that there is.
    total: total ?? (cursor === undefined && next === null ? bytes.length : null),
    asOf,
    next: cursorOf(name, next),
  }))
}

function view(visit: Visit, asked: Asked, found: Found): View {
  const { agents, total, next, asOf } = found
  const { cursor, sort, ...filters } = asked
  const isFiltered = Object.keys(filters).length > 0
  const mayRevoke = visit.operation.actor.permissions.has('agents.revoke')
  const region = (
    <div class="region">
      {agents.length === 0 ? (
        <Nothing isFiltered={isFiltered} />
      ) : (
        <form method="get" action={`${AGENTS}/revoke`}>
          <Table
            caption="Agents"
            class="picks"
            columns={[PICK_COLUMN, ...columnsOf(asked)]}
            rows={agents.map((agent) => rowOf(agent, found.names, visit.now))}
          />
          <SelectionBar>
            <ExportButtons action={`${AGENTS}/export`} />
            {mayRevoke && (
              <Button type="submit" tone="risk" isSmall>
                Revoke
              </Button>
            )}
          </SelectionBar>
        </form>
      )}
      {agents.length > 0 && (
        <Foot
          first={cursor === undefined ? undefined : addressOf(AGENTS, asked)}
          next={next === null ? undefined : addressOf(AGENTS, asked, { cursor: next })}
        >
          <Shown asked={asked} rows={agents.length} total={total} isFiltered={isFiltered} />. As of{' '}
          {clockOf(asOf)}. {isFiltered && <a href={AGENTS}>Show all</a>}
        </Foot>
      )}
    </div>
  )
  return {
    title: 'Agents',
    section: 'agents',
    content: (
      <>
        <Head title="Agents" isOneLine />
        <AgentFilters path={AGENTS} asked={asked} names={found.names} now={visit.now} />
        {region}
      </>
    ),
    region,
  }
}

/** The number of all is asked for later, and only of a list with filters: the overview has the one of all that are active. */
function Shown({
  asked,
  rows,
  total,
  isFiltered,
}: {
  readonly asked: Asked
  readonly rows: number
  readonly total: number | null
  readonly isFiltered: boolean
}) {
  if (total !== null) {
    return (
      <span>
        {count(total, 'agent')}
        {isFiltered && ' that match'}
      </span>
    )
  }
  const more = isFiltered && {
    'hx-get': addressOf(`${AGENTS}/count`, asked),
    'hx-trigger': 'load',
    'hx-swap': 'outerHTML',
  }
  return <span {...more}>{number(rows)} on this page</span>
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No agent matches" way={{ href: AGENTS, label: 'Show all' }}>
        The filters hide every agent. Nothing was changed.
      </Empty>
    )
  }
  return (
    <Empty title="No agents yet" way={{ href: '/console/keys', label: 'Keys' }}>
      A machine that redeems a key becomes an agent, and stands here within a second.
    </Empty>
  )
}

function columnsOf(asked: Asked): readonly Column[] {
  return [
    { label: 'Host', sort: sortedBy(AGENTS, asked, 'name', false) },
    { label: 'State' },
    { label: 'Key' },
    { label: 'Seen', sort: sortedBy(AGENTS, asked, 'last_used_at', true) },
    { label: 'Enrolled', class: 'gone', sort: sortedBy(AGENTS, asked, 'created_at', true) },
    { label: 'From' },
  ]
}

function rowOf(agent: Agent, names: Names, now: number): Row {
  const { id, hostname, ledger, key, use, enrolledFrom } = agent
  const host = hostname || id
  const keyId = { ledger, n: key }
  const named = names.keys.get(formatId(keyId))
  return {
    isDead: stateOf(agent) !== 'active',
    cells: [
      pickCell('agent', id, host),
      nameCell(host, `${AGENTS}/${id}`, profileOf(agent, names)),
      { class: 'me-r', content: <State of={stateOf(agent)} /> },
      {
        class: 'cut two full',
        content: (
          <>
            <a class="plain" href={`/console/keys/${formatKeyId(keyId)}`} title={named?.name}>
              {named?.name ?? formatKeyId(keyId)}
            </a>
            <small>{useOf(use, named?.maxUses ?? null)}</small>
          </>
        ),
      },
      {
        class: 'nw',
        content: (
          <>
            <span class="m">seen</span> <Time at={agent.seenAt} now={now} />
          </>
        ),
      },
      { class: 'nw gone', content: <Time at={agent.enrolledAt} now={now} /> },
      { class: 'nw me-r', content: enrolledFrom && <code>{enrolledFrom}</code> },
    ],
  }
}

/** One that an operator disabled is active to its ledger, and is given nothing. */
export function stateOf({ state, isEnabled }: Agent) {
  return state === 'active' && !isEnabled ? 'disabled' : state
}

export function useOf(use: number, max: number | null): string {
  return max === null ? `use ${number(use)}, no limit` : `use ${number(use)} of ${number(max)}`
}

export function profileOf({ ledger, profile }: Agent, names: Names): string {
  return names.profiles.get(formatId({ ledger, n: profile }))?.name ?? ''
}
