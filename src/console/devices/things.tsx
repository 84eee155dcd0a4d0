import * as z from 'zod'
import type { Alert, Thing } from '../../core/devices/port.ts'
import { ok } from '../../core/kernel/outcome.ts'
import { fold } from '../../core/kernel/text.ts'
import { count, number } from '../components/figure/number.ts'
import { ClockTime, clockOf, Time } from '../components/figure/time.tsx'
import { Bar, ChipForm, SetChip } from '../components/list/chips.tsx'
import { Facts } from '../components/list/facts.tsx'
import { Tag } from '../components/list/state.tsx'
import { type Column, Foot, nameCell, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { type Asked, addressOf, askedOf, keptOf, offsetOf, PAGE_SIZE } from '../lists/asked.ts'
import { DevicesHead, KEY_PAIRS, THINGS } from './sections.tsx'

const ALERTS = 10

const COLUMNS: readonly Column[] = [
  { label: 'Thing' },
  { label: 'Key' },
  { label: 'Key pair', class: 'gone' },
  { label: 'Seen' },
  { label: 'Registered', class: 'gone' },
]

const list = page({
  path: THINGS,
  access: 'things.read',
  id: 'console_things',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const { q } = asked.value
    const words = q === undefined ? [] : fold(q).split(/\s+/)
    const search = words.length === 0 ? undefined : { words, scope: 'all' as const, facts: [] }
    const offset = offsetOf(asked.value)
    const reader = { kind: 'operator', operation: visit.operation } as const
    const found = await visit.core.devices.listThings(reader, { search }, { offset, limit: PAGE_SIZE })
    if (!found.ok) return found
    const { count: total, bytes, read } = found.value
    return ok(listView(visit, asked.value, { things: await read(0, bytes.length), total, offset }))
  },
})

function listView(
  { now, operation }: Visit,
  asked: Asked,
  {
    things,
    total,
    offset,
  }: { readonly things: readonly Thing[]; readonly total: number; readonly offset: number },
): View {
  const end = offset + things.length
  const at = (to: number) => addressOf(THINGS, asked, { offset: to === 0 ? undefined : String(to) })
  return {
    title: 'Devices',
    section: 'devices',
    content: (
      <>
        <DevicesHead current={THINGS} permissions={operation.actor.permissions} />
        <Bar>
          {asked.q === undefined ? (
            <ChipForm
              label="Name or key"
              name="q"
              hint="A part of the name or key"
              action={THINGS}
              hidden={keptOf(asked, 'offset')}
            />
          ) : (
            <SetChip label="Name or key" value={asked.q} href={THINGS} />
          )}
        </Bar>
        {things.length === 0 ? (
          <Empty
            title={asked.q === undefined ? 'No things yet' : 'No thing matches'}
            way={asked.q === undefined ? undefined : { href: THINGS, label: 'Show all' }}
          >
            A device registers what it speaks of with a key pair of the Datonis API.
          </Empty>
        ) : (
          <>
            <Table
              caption="Things"
              columns={COLUMNS}
              rows={things.map((thing) => ({
                cells: [
                  nameCell(thing.name || thing.key, `${THINGS}/things/${thing.key}`, thing.description),
                  { class: 'nw me-r', content: <code>{thing.key}</code> },
                  {
                    class: 'cut gone',
                    content: thing.accessKey && <code title={thing.accessKey}>{thing.accessKey}</code>,
                  },
                  {
                    class: 'nw',
                    content: thing.seenAt === null ? 'never' : <Time at={thing.seenAt} now={now} />,
                  },
                  { class: 'nw gone', content: <Time at={thing.createdAt} now={now} /> },
                ],
              }))}
            />
            <Foot first={offset === 0 ? undefined : at(0)} next={end < total ? at(end) : undefined}>
              {number(things.length)} of {count(total, 'thing')}. As of {clockOf(now)}.
            </Foot>
          </>
        )}
      </>
    ),
  }
}

const params = z.object({ thing: z.string().min(1).max(64) })

const detail = page({
  path: `${THINGS}/things/:thing`,
  access: 'things.read',
  id: 'console_thing',
  params,
  subject: 'thing',
  show: async (visit) => {
    const { core, operation, params: wanted } = visit
    const reader = { kind: 'operator', operation } as const
    const [thing, alerts] = await Promise.all([
      core.devices.getThing(reader, wanted.thing),
      core.devices.listAlerts(reader, { thing: wanted.thing }, { offset: 0, limit: ALERTS }),
    ])
    if (!thing.ok) return thing
    if (!alerts.ok) return alerts
    return ok(detailView(visit, thing.value, await alerts.value.read(0, alerts.value.bytes.length)))
  },
})

function detailView({ now }: Visit, thing: Thing, alerts: readonly Alert[]): View {
  const facts = Object.entries(thing.facts)
  return {
    title: thing.name || thing.key,
    section: 'devices',
    content: (
      <>
        <Head
          title={thing.name || thing.key}
          crumb={{ href: THINGS, label: 'Devices' }}
          sub={thing.description || undefined}
        />
        <div class="stack">
          <Facts
            rows={[
              ['Key', <code>{thing.key}</code>],
              thing.accessKey === null
                ? null
                : [
                    'Key pair',
                    <a class="mono" href={`${KEY_PAIRS}/${thing.accessKey}`}>
                      {thing.accessKey}
                    </a>,
                  ],
              ['Seen', thing.seenAt === null ? 'never' : <Time at={thing.seenAt} now={now} />],
              ['Registered', <Time at={thing.createdAt} now={now} />],
              ...facts.map(
                ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
              ),
            ]}
          />
          <section>
            <div class="sec-h">
              <h2>Newest alerts</h2>
            </div>
            {alerts.length === 0 ? (
              <p class="muted">It raised no alert.</p>
            ) : (
              <Table
                class="log"
                caption="Alerts"
                columns={[{ label: 'Time, UTC' }, { label: 'What' }, { label: 'Severity' }]}
                rows={alerts.map((alert) => ({
                  cells: [
                    { content: <ClockTime at={alert.receivedAt} now={now} isMono /> },
                    { content: alert.text },
                    { class: 'nw', content: <Tag>{String(alert.severity)}</Tag> },
                  ],
                }))}
              />
            )}
          </section>
        </div>
      </>
    ),
  }
}

export const thingRoutes = [list, detail]
