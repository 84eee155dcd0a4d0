import * as z from 'zod'
import type { Agent } from '../../core/enrollment/ledger/agent.ts'
import { formatId } from '../../core/kernel/ids.ts'
import { map, ok } from '../../core/kernel/outcome.ts'
import type { Names } from '../../core/search/catalogue.ts'
import { AgentId, formatKeyId, formatProfileId } from '../../http/words/wire.ts'
import { EVENT_COLUMNS, eventRows } from '../activity/event-table.tsx'
import { ClockTime, Time } from '../components/figure/time.tsx'
import { Act, LinkButton } from '../components/form/button.tsx'
import { Facts } from '../components/list/facts.tsx'
import { State, Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { Head } from '../components/page/head.tsx'
import { action, page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { dialectName } from '../keys/shared.ts'
import { AGENTS, profileOf, stateOf, useOf } from './agent-list.tsx'

const params = z.object({ agent: AgentId })
const EVENTS = 8

export const agentPage = page({
  path: `${AGENTS}/:agent`,
  access: 'agents.read',
  id: 'console_agent',
  params,
  subject: 'agent',
  show: async (visit) => {
    const { core, operation } = visit
    const [agent, events] = await Promise.all([
      core.agents.getAgent(operation, visit.params.agent),
      operation.actor.permissions.has('events.read')
        ? core.events.searchEvents(
            operation,
            { about: [{ kind: 'agent', id: visit.params.agent.uuid ?? '' }] },
            { after: null, limit: EVENTS },
          )
        : null,
    ])
    if (!agent.ok) return agent
    const names = await core.agents.nameAgents(operation, [agent.value])
    if (!names.ok) return names
    if (events !== null && !events.ok) return events
    return ok(viewOf(visit, agent.value, names.value, events?.value.events ?? null))
  },
})

export const allowReenrollment = action({
  path: `${AGENTS}/:agent/allow-reenrollment`,
  access: 'agents.write',
  id: 'console_agent_allow_reenrollment',
  params,
  subject: 'agent',
  act: async ({ core, operation, params: { agent: id } }) =>
    map(await core.agents.allowRebinding(operation, id), (agent) => ({
      to: `${AGENTS}/${agent.id}`,
      notice: {
        text: `“${agent.hostname}” may enroll once more with another public key. That spends no use of its key.`,
      },
    })),
})

function viewOf(
  { operation, now }: Visit,
  agent: Agent,
  names: Names,
  events: Parameters<typeof eventRows>[0] | null,
): View {
  const may = (permission: 'agents.revoke' | 'agents.write') => operation.actor.permissions.has(permission)
  const host = agent.hostname || agent.id
  const keyId = { ledger: agent.ledger, n: agent.key }
  const key = names.keys.get(formatId(keyId))
  const profile = formatProfileId({ ledger: agent.ledger, n: agent.profile })
  const tags = Object.entries(agent.tags ?? {})
  const facts = Object.entries(agent.facts)
  return {
    title: host,
    section: 'agents',
    content: (
      <>
        <Head
          title={host}
          crumb={{ href: AGENTS, label: 'Agents' }}
          sub={<code>{agent.id}</code>}
          actions={
            agent.state === 'active' && (
              <>
                {may('agents.write') && (
                  <Act action={`${AGENTS}/${agent.id}/allow-reenrollment`}>Allow re-enrollment</Act>
                )}
                {may('agents.revoke') && (
                  <LinkButton tone="risk" href={`${AGENTS}/revoke?agent=${agent.id}`}>
                    Revoke
                  </LinkButton>
                )}
              </>
            )
          }
        />
        <div class="cols">
          <div class="stack">
            <section>
              <Facts
                rows={[
                  ['State', <State of={stateOf(agent)} />],
                  [
                    'Key',
                    <>
                      <a href={`/console/keys/${formatKeyId(keyId)}`}>{key?.name ?? formatKeyId(keyId)}</a>,{' '}
                      {useOf(agent.use, key?.maxUses ?? null)}
                    </>,
                  ],
                  [
                    'Profile',
                    <a href={`/console/profiles/${profile}`}>{profileOf(agent, names) || profile}</a>,
                  ],
                  ['Dialect', dialectName(agent.dialect)],
                  [
                    'Enrolled',
                    <>
                      <ClockTime at={agent.enrolledAt} now={now} /> UTC
                      {agent.enrolledFrom && (
                        <>
                          {' '}
                          from <code>{agent.enrolledFrom}</code>
                        </>
                      )}
                    </>,
                  ],
                  ['Seen', <Time at={agent.seenAt} now={now} />],
                  agent.endedAt === null ? null : ['Ended', <Time at={agent.endedAt} now={now} />],
                  agent.certificate === null ? null : ['Certificate', `number ${agent.certificate}`],
                  tags.length === 0
                    ? null
                    : [
                        'Labels',
                        <span class="row">
                          {tags.map(([name, value]) => (
                            <Tag>{value ? `${name}=${value}` : name}</Tag>
                          ))}
                        </span>,
                      ],
                ]}
              />
            </section>
            {events !== null && (
              <section>
                <div class="sec-h">
                  <h2>Activity</h2>
                  <a href={`/console/activity?agent_id=${agent.id}`}>All of this agent</a>
                </div>
                <Table
                  class="log"
                  caption="Activity of this agent"
                  columns={EVENT_COLUMNS}
                  rows={eventRows(events, names, now)}
                />
              </section>
            )}
          </div>
          <aside class="panel quiet">
            <div>
              <h2>What the machine says of itself</h2>
              {facts.length === 0 ? (
                <p class="muted">It sent no facts.</p>
              ) : (
                <>
                  <p class="muted small">Nothing proves it.</p>
                  <Facts
                    rows={facts.map(([name, value]) => [
                      name,
                      typeof value === 'string' ? value : JSON.stringify(value),
                    ])}
                  />
                </>
              )}
            </div>
          </aside>
        </div>
      </>
    ),
  }
}
