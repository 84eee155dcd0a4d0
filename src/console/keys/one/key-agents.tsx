import * as z from 'zod'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { count, number } from '../../components/figure/number.ts'
import { ClockTime, Time } from '../../components/figure/time.tsx'
import { isDead, State } from '../../components/list/state.tsx'
import { Foot, nameCell, type Row, Table } from '../../components/list/table.tsx'
import { Empty } from '../../components/page/empty.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { page } from '../../edge/page.ts'
import type { Visit } from '../../edge/visit.ts'
import { Cursor, PAGE_SIZE, type Paged, placeOfPage, readPage, urlOf } from '../../lists/asked.ts'
import { pathOfKey } from '../shared.ts'
import { KeyParams, keyView } from './key-head.tsx'

export const keyAgents = page({
  path: '/console/keys/:key',
  access: 'keys.read',
  id: 'console_keys_agents',
  params: KeyParams,
  query: z.object({ cursor: Cursor }),
  subject: 'key',
  show: async (visit) => {
    const key = await visit.core.keys.getKey(visit.operation, visit.params.key)
    if (!key.ok) return key
    const agents = await agentsOf(visit, key.value, visit.query.cursor)
    return ok(
      await keyView(visit, key.value, agentsPart(visit, key.value, agents, visit.query.cursor !== undefined)),
    )
  },
})

/** The first tab, as it also stands behind a dialog. */
export function agentsPart(
  visit: Visit,
  key: EnrollmentKey,
  agents: Outcome<Paged<Agent>, ConsoleFault>,
  isLater = false,
) {
  const rows = agents.ok ? agents.value.rows : []
  const gone = rows.filter(({ state }) => state === 'revoked').map(({ use }) => use)
  return {
    tab: '',
    count: key.uses,
    gone,
    content: <Agents {...{ visit, keyOf: key, agents, isLater }} />,
  } as const
}

export async function agentsOf(
  { core, operation }: Visit,
  key: EnrollmentKey,
  cursor?: string,
): Promise<Outcome<Paged<Agent>, ConsoleFault>> {
  const query = { key: { ledger: key.ledger, n: key.n } }
  const name = { key: pathOfKey(key) }
  const order = { by: 'created_at', isDescending: true } as const
  const page = { after: await placeOfPage(name, cursor), limit: PAGE_SIZE, isCounted: false }
  const found = await core.agents.browseAgents(operation, { ...query, order }, page)
  return found.ok ? ok(await readPage(name, found.value)) : found
}

function Agents({
  visit,
  keyOf: key,
  agents,
  isLater,
}: {
  readonly visit: Visit
  readonly keyOf: EnrollmentKey
  readonly agents: Outcome<Paged<Agent>, ConsoleFault>
  readonly isLater: boolean
}) {
  if (!agents.ok) {
    return (
      <Empty title="Your roles do not let you see agents here">
        {`It made ${count(key.uses, 'agent')}. An owner of the organization can give you a role that sees them.`}
      </Empty>
    )
  }
  const { rows, next } = agents.value
  if (rows.length === 0) {
    return (
      <Empty
        title="No machine has enrolled with it yet"
        way={{ href: pathOfKey(key, '/explain'), label: 'Explain' }}
      >
        A use is spent when an agent exists, and never otherwise. Explain says whether a machine would get in.
      </Empty>
    )
  }
  const active = rows.filter(({ state }) => state === 'active').length
  return (
    <>
      <Table
        caption="Agents of this key"
        columns={[
          { label: 'Use', class: 'gone' },
          { label: 'Host' },
          { label: 'State' },
          { label: 'Enrolled, UTC' },
          { label: 'From' },
          { label: 'Seen', class: 'gone' },
        ]}
        rows={rows.map((agent) => rowOf(agent, visit.now))}
      />
      <Foot
        first={isLater ? pathOfKey(key) : undefined}
        next={next && urlOf(pathOfKey(key), { cursor: next })}
        labels={['Newest', 'Older']}
      >
        {next === undefined && !isLater
          ? `${count(rows.length, 'agent')} made with this key. ${active === rows.length ? 'All are active.' : `${number(active)} active, ${number(rows.length - active)} ended.`}`
          : `${number(rows.length)} of ${count(key.uses, 'agent')} on this page.`}
      </Foot>
    </>
  )
}

function rowOf(
  { id, use, hostname, state, isEnabled, enrolledAt, enrolledFrom, seenAt }: Agent,
  now: number,
): Row {
  return {
    isDead: isDead(state) || !isEnabled,
    cells: [
      { class: 'gone', content: number(use) },
      nameCell(hostname, `/console/agents/${id}`),
      { class: 'me-r', content: <State of={state === 'active' && !isEnabled ? 'disabled' : state} /> },
      { class: 'nw', content: <ClockTime at={enrolledAt} now={now} /> },
      { class: 'nw me-r', content: enrolledFrom === null ? 'not known' : <code>{enrolledFrom}</code> },
      { class: 'nw gone', content: <Time at={seenAt} now={now} /> },
    ],
  }
}
