/** The machines that a key expects: which are missing, and which became agents. */
import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { SlotMatcher } from '../../../core/enrollment/ledger/rules/slots.ts'
import { SLOT_STATES, type Slot, type SlotPage } from '../../../core/enrollment/ledger/slot.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { SlotsInput } from '../../../http/words/slot-wire.ts'
import { formatSlotId, SlotId } from '../../../http/words/wire.ts'
import { count, number } from '../../components/figure/number.ts'
import { Time } from '../../components/figure/time.tsx'
import { Act, Button } from '../../components/form/button.tsx'
import { SelectField, TextField } from '../../components/form/field.tsx'
import { Bar, ChipMenu, SetChip } from '../../components/list/chips.tsx'
import { isDead, State } from '../../components/list/state.tsx'
import { Foot, type Row, Table } from '../../components/list/table.tsx'
import { Empty } from '../../components/page/empty.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { checkForm, errorsOf, textOf } from '../../edge/form.ts'
import { action, page } from '../../edge/page.ts'
import type { Done, View, Visit } from '../../edge/visit.ts'
import { PAGE_SIZE, urlOf } from '../../lists/asked.ts'
import { nameOfKey, pathOfKey } from '../shared.ts'
import { KeyParams, keyView } from './key-head.tsx'

const MATCHER_WORDS = {
  hostname: 'host name',
  serial: 'serial number',
  csr_sha256: 'certificate request',
} satisfies Record<SlotMatcher, string>

const PATH = '/console/keys/:key/slots'
const Query = z.object({ state: z.enum(SLOT_STATES).optional(), after: SlotId.optional() })
type Query = z.output<typeof Query>
type KeyVisit = Visit<z.output<typeof KeyParams>>

/** What was typed, and what is wrong with it. */
type Typed = { readonly by: string; readonly values: string; readonly error?: string | undefined }
const NOTHING_TYPED: Typed = { by: 'hostname', values: '' }

const show = page({
  path: PATH,
  access: 'keys.read',
  id: 'console_keys_slots',
  params: KeyParams,
  query: Query,
  subject: 'key',
  show: (visit) => slotsView(visit, visit.query, NOTHING_TYPED),
})

async function slotsView(visit: KeyVisit, query: Query, typed: Typed): Promise<Outcome<View, ConsoleFault>> {
  const { core, operation, params } = visit
  const place = { after: query.after ?? null, limit: PAGE_SIZE + 1 }
  const [key, found] = await Promise.all([
    core.keys.getKey(operation, params.key),
    core.slots.listSlots(operation, params.key, { state: query.state }, place),
  ])
  if (!key.ok) return key
  if (!found.ok) return found
  const mayWrite = operation.actor.permissions.has('keys.write') && key.value.revokedAt === null
  return ok(
    await keyView(visit, key.value, {
      tab: '/slots',
      count: found.value.counts.total,
      status: typed.error === undefined ? 200 : 422,
      content: (
        <div class="stack">
          <Slots keyOf={key.value} found={found.value} query={query} mayWrite={mayWrite} now={visit.now} />
          {mayWrite && <AddForm keyOf={key.value} typed={typed} />}
        </div>
      ),
    }),
  )
}

function Slots({
  keyOf: key,
  found: { slots, counts },
  query,
  mayWrite,
  now,
}: {
  readonly keyOf: EnrollmentKey
  readonly found: SlotPage
  readonly query: Query
  readonly mayWrite: boolean
  readonly now: number
}) {
  const path = pathOfKey(key, '/slots')
  const isClosed = key.rules?.isExpectedOnly === true
  if (counts.total === 0) {
    return (
      <Empty title={isClosed ? 'It lets no machine in' : 'It expects no machine in particular'}>
        {isClosed
          ? 'It lets in only machines of its list, and the list is empty.'
          : 'With a list, only the machines of it get in, each once. You see which are missing.'}
      </Empty>
    )
  }
  const shown = slots.slice(0, PAGE_SIZE)
  const last = slots.length > PAGE_SIZE ? shown.at(-1) : undefined
  const missing = counts.total - counts.filled
  return (
    <section aria-label="Slots">
      {!isClosed && <p class="lead">The list is kept, and not asked: the key lets other machines in, too.</p>}
      <Bar>
        {query.state ? (
          <SetChip label="State" value={query.state} href={path} />
        ) : (
          <ChipMenu
            label="State"
            links={SLOT_STATES.map((state) => ({ href: urlOf(path, { state }), label: state }))}
          />
        )}
      </Bar>
      <Table
        caption="Machines that this key expects"
        columns={[
          { label: 'Machine' },
          { label: 'By', class: 'gone' },
          { label: 'State' },
          { label: 'Since' },
          ...(mayWrite ? [{ label: <span class="sr">Change</span>, class: 'r' }] : []),
        ]}
        rows={shown.map((slot) => rowOf(slot, path, mayWrite, now))}
      />
      <Foot
        first={query.after && urlOf(path, { state: query.state })}
        next={last && urlOf(path, { state: query.state, after: formatSlotId(last) })}
      >
        {`${number(counts.filled)} filled, ${number(missing)} missing${counts.held > 0 ? `, ${number(counts.held)} of them held` : ''}.`}
      </Foot>
    </section>
  )
}

function rowOf(slot: Slot, path: string, mayWrite: boolean, now: number): Row {
  const { value, by, agent, heldUntil } = slot
  const fields = { slot: formatSlotId(slot) }
  const isGone = agent !== null && isDead(agent.state)
  return {
    isDead: isGone,
    cells: [
      {
        class: 'name',
        content: agent ? (
          <a class="plain" href={`/console/agents/${agent.id}`} title={value}>
            {value}
          </a>
        ) : (
          <span title={value}>{value}</span>
        ),
      },
      { class: 'gone', content: MATCHER_WORDS[by] },
      { class: 'me-r', content: <State of={agent ? agent.state : heldUntil ? 'held' : 'missing'} /> },
      { class: 'nw', content: agent ? <Time at={agent.enrolledAt} now={now} /> : '' },
      ...(mayWrite
        ? [
            {
              class: 'r',
              content: agent?.state !== 'active' && (
                <span class="row">
                  {(agent || heldUntil) && (
                    <Act action={`${path}/refill`} fields={fields} isSmall>
                      Refill<span class="sr"> {value}</span>
                    </Act>
                  )}
                  <Act action={`${path}/remove`} fields={fields} isSmall>
                    Remove<span class="sr"> {value}</span>
                  </Act>
                </span>
              ),
            },
          ]
        : []),
    ],
  }
}

function AddForm({ keyOf: key, typed }: { readonly keyOf: EnrollmentKey; readonly typed: Typed }) {
  return (
    <section aria-labelledby="add">
      <h2 id="add">Expect machines</h2>
      <form class="form sp" method="post" action={pathOfKey(key, '/slots')}>
        <SelectField
          id="by"
          name="by"
          label="By"
          value={typed.by}
          choices={[
            { value: 'hostname', label: 'Host name' },
            { value: 'serial', label: 'Serial number' },
            { value: 'csr_sha256', label: 'SHA-256 of its certificate request' },
          ]}
        />
        <TextField
          id="values"
          name="values"
          label="Machines"
          note="one a line, at most 500"
          hint="From the first one on the key lets no other machine in. Case does not matter."
          value={typed.values}
          error={typed.error}
          rows={6}
          isMono
          isRequired
        />
        <Button type="submit" tone="go">
          Expect these machines
        </Button>
      </form>
    </section>
  )
}

const add = action({
  path: PATH,
  access: 'keys.write',
  id: 'console_keys_slots_add',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const typed = { by: textOf(fields, 'by') || 'hostname', values: textOf(fields, 'values') }
    const lines = typed.values.split(/\r?\n/).filter((line) => line.trim() !== '')
    const again = (error: string) => slotsView(visit, {}, { ...typed, error })
    if (lines.length === 0) return again('Name a machine.')
    const input = SlotsInput.safeParse({ slots: lines.map((value) => ({ by: typed.by, value })) })
    if (!input.success) {
      const line = input.error.issues[0]?.path[1]
      return again(typeof line === 'number' ? `“${lines[line]?.slice(0, 64)}” is not valid.` : 'At most 500.')
    }
    const added = await core.slots.addSlots(operation, params.key, input.data.slots)
    if (!added.ok) {
      if (added.fault.kind === 'limit_reached') return again('A key expects at most 5,000 machines.')
      return errorsOf(added.fault) ? again('A line has nothing to compare.') : added
    }
    const text = `Added ${count(added.value.added, 'machine')}. The key expects ${number(added.value.counts.total)}.`
    return ok({ to: pathOfKey(params.key, '/slots'), notice: { text } })
  },
})

const Named = z.object({ slot: SlotId })

function slotAction(
  verb: 'refill' | 'remove',
  run: (visit: KeyVisit, slot: z.output<typeof SlotId>) => Promise<Outcome<string, ConsoleFault>>,
) {
  return action({
    path: `${PATH}/${verb}`,
    access: 'keys.write',
    id: `console_keys_slots_${verb}`,
    params: KeyParams,
    subject: 'key',
    act: async (visit, fields): Promise<Outcome<Done, ConsoleFault>> => {
      const to = pathOfKey(visit.params.key, '/slots')
      const named = checkForm(Named, fields)
      if (!named.ok) return ok({ to, notice: { text: 'Nothing was changed: that is no slot.' } })
      const done = await run(visit, named.value.slot)
      return done.ok ? ok({ to, notice: { text: done.value } }) : done
    },
  })
}

const refill = slotAction('refill', async ({ core, operation, params }, slot) => {
  const refilled = await core.slots.refillSlot(operation, params.key, slot)
  return refilled.ok ? ok(`“${refilled.value.value}” is missing again: it can enroll once more.`) : refilled
})

const remove = slotAction('remove', async ({ core, operation, params }, slot) => {
  const key = await core.keys.getKey(operation, params.key)
  if (!key.ok) return key
  const removed = await core.slots.removeSlot(operation, params.key, slot)
  return removed.ok ? ok(`“${nameOfKey(key.value)}” expects that machine no more.`) : removed
})

export const slotRoutes = [show, add, refill, remove]
