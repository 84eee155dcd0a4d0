/** Machines that a key expects (docs/concepts.md#expected-agents), as operators write and read them. */
import type { Reach } from '../../../core/access/reach/reach.ts'
import type { AgentState } from '../../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import {
  normalizeSlotValue,
  SLOT_MATCHERS,
  type SlotMatch,
} from '../../../core/enrollment/ledger/rules/slots.ts'
import {
  MAX_SLOTS,
  type Slot,
  type SlotCounts,
  type SlotFilter,
  type SlotPage,
  type SlotsAdded,
} from '../../../core/enrollment/ledger/slot.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { Page } from '../../../core/kernel/page.ts'
import { enqueueOfKey, type ReturnReason, returnHolds } from './holds/holds.ts'
import { changeKey, readKey } from './keys.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

type SlotRow = {
  n: number
  key: number
  matcher: SlotMatch['by']
  value: string
  agent: number | null
  uuid: string | null
  state: AgentState | null
  enrolled_at: number | null
  claim_hash: string | null
  held_until: number | null
}

/** ?1 is now. */
const HELD_UNTIL = `(SELECT ends_at FROM holds
    WHERE holds.key = s.key AND holds.claim_hash = s.claim_hash AND s.agent IS NULL AND ends_at > ?1)`
const SELECT = `SELECT s.n, s.key, s.matcher, s.value, s.agent, a.uuid, a.state, a.enrolled_at, s.claim_hash,
    ${HELD_UNTIL} AS held_until
  FROM slots s LEFT JOIN agents a ON a.n = s.agent`

/** @param slots of normalized values */
export function addSlots(
  store: LedgerStore,
  now: number,
  n: number,
  slots: readonly SlotMatch[],
  cause: Cause,
  reach: Reach = null,
): Outcome<SlotsAdded, Faults<'key_revoked'>> {
  const found = readKey(store, n, reach)
  if (!found.ok) return found
  if (found.value.revokedAt !== null) return refuse({ kind: 'key_revoked' })
  const wanted = JSON.stringify(slots.map(({ by, value }) => [by, value]))
  const before = countSlots(store, now, n)
  const added = store.sql
    .exec<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT DISTINCT value ->> 0 AS matcher, value ->> 1 AS value FROM json_each(?2)) AS w
       WHERE NOT EXISTS (SELECT 1 FROM slots WHERE key = ?1 AND slots.matcher = w.matcher AND slots.value = w.value)`,
      n,
      wanted,
    )
    .one().n
  if (before.total + added > MAX_SLOTS) return refuse({ kind: 'limit_reached', what: 'slot' })
  const changed = changeKey(store, now, n, { rules: { isExpectedOnly: true } }, cause)
  if (!changed.ok) return changed
  const total = before.total + added
  if (added > 0) {
    store.sql.exec(
      `INSERT INTO slots (key, matcher, value) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
       ON CONFLICT DO NOTHING`,
      n,
      wanted,
    )
    enqueueOfKey(store, now, found.value, 'slots.added', cause, { added, total })
  }
  return ok({ added, counts: { ...before, total } })
}

/** In the order in which they were added. */
export function listSlots(
  store: LedgerStore,
  now: number,
  key: number,
  { state, value }: SlotFilter,
  { after, limit }: Page,
): Outcome<SlotPage> {
  const values = value === undefined ? null : SLOT_MATCHERS.map((by) => normalizeSlotValue({ by, value }))
  const rows = store.sql
    .exec<SlotRow>(
      `${SELECT} WHERE s.key = ?2 AND s.n > ?3 AND (?4 IS NULL OR (s.agent IS NOT NULL) = (?4 = 'filled'))
         AND (?5 IS NULL OR s.value IN (SELECT value FROM json_each(?5)))
       ORDER BY s.n LIMIT ?6`,
      now,
      key,
      after?.n ?? 0,
      state ?? null,
      values && JSON.stringify(values),
      limit,
    )
    .toArray()
  return ok({ slots: rows.map((row) => toSlot(store, row)), counts: countSlots(store, now, key) })
}

export function removeSlot(
  store: LedgerStore,
  now: number,
  key: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<null, Faults<'in_use'>> {
  const found = emptySlot(store, now, key, n, 'slot_removed', cause, reach)
  if (!found.ok) return found
  const { of, slot } = found.value
  store.sql.exec('DELETE FROM slots WHERE n = ?', n)
  enqueueOfKey(store, now, of, 'slot.removed', cause, { by: slot.by, value: slot.value })
  return ok(null)
}

/** One that is free already stays so, and records nothing. */
export function refillSlot(
  store: LedgerStore,
  now: number,
  key: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<Slot, Faults<'in_use'>> {
  const found = emptySlot(store, now, key, n, 'slot_refilled', cause, reach)
  if (!found.ok) return found
  const { of, slot } = found.value
  if (slot.agent === null && slot.heldUntil === null) return ok(slot)
  store.sql.exec('UPDATE slots SET agent = NULL, claim_hash = NULL WHERE n = ?', n)
  const detail = { by: slot.by, value: slot.value, agent: slot.agent?.id ?? null }
  enqueueOfKey(store, now, of, 'slot.refilled', cause, detail)
  return ok({ ...slot, agent: null, heldUntil: null })
}

/** A slot whose agent is not active, as it was: what is held of it has gone back. */
function emptySlot(
  store: LedgerStore,
  now: number,
  key: number,
  n: number,
  reason: ReturnReason,
  cause: Cause,
  reach: Reach,
): Outcome<{ readonly of: EnrollmentKey; readonly slot: Slot }, Faults<'in_use'>> {
  const of = readKey(store, key, reach)
  if (!of.ok) return of.fault.kind === 'not_found' ? notFound('slot') : of
  const [row] = store.sql.exec<SlotRow>(`${SELECT} WHERE s.n = ?2 AND s.key = ?3`, now, n, key).toArray()
  if (!row) return notFound('slot')
  if (row.state === 'active') return refuse({ kind: 'in_use', noun: 'slot', by: 'agent' })
  if (row.held_until !== null && row.claim_hash !== null) {
    returnHolds(store, now, key, reason, cause, { where: 'claim_hash = ?', values: [row.claim_hash] })
  }
  return ok({ of: of.value, slot: toSlot(store, row) })
}

function countSlots({ sql }: LedgerStore, now: number, key: number): SlotCounts {
  return sql
    .exec<SlotCounts>(
      `SELECT count(*) AS total, count(s.agent) AS filled, count(${HELD_UNTIL}) AS held FROM slots s WHERE s.key = ?2`,
      now,
      key,
    )
    .one()
}

function toSlot({ ledger }: LedgerStore, row: SlotRow): Slot {
  const { n, matcher: by, value, uuid: id, state, enrolled_at: enrolledAt, held_until: heldUntil } = row
  const agent = id !== null && state !== null && enrolledAt !== null ? { id, state, enrolledAt } : null
  return { ledger, n, by, value, agent, heldUntil }
}
