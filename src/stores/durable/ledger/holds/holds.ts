import type { EnrollmentKey } from '../../../../core/enrollment/ledger/key.ts'
import type { RedemptionRequest } from '../../../../core/enrollment/ledger/redemption.ts'
import type { EventType } from '../../../../core/events/event.ts'
import { networkOf } from '../../../../core/kernel/address.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import { formatId } from '../../../../core/kernel/ids.ts'
import type { JsonObject } from '../../../../core/kernel/json.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { selectKey } from '../tables/queries.ts'
import { type HoldBody, type HoldRow, toKey } from '../tables/rows.ts'

/** A lapse follows from no request. */
export const LAPSE: Cause = {
  actor: { kind: 'system' },
  request: { id: '', method: '', path: '', address: null },
}

const MAX_SHOWN_OF_KEY = 100
const MAX_SHOWN = 1_000

const BY_MACHINES: ReadonlySet<EventType> = new Set([
  'use.held',
  'use.confirmed',
  'use.returned',
  'approval.requested',
])

/** Why uses go back. */
export type ReturnReason =
  | 'lapsed'
  | 'cancelled'
  | 'key_revoked'
  | 'agents_revoked'
  | 'restored'
  | 'limit_lowered'
  | 'approval_switched_off'
  | 'slot_removed'
  | 'slot_refilled'

export function selectHold(sql: SqlStorage, key: number, claimHash: string): HoldRow | null {
  const [row] = sql
    .exec<HoldRow>('SELECT * FROM holds WHERE key = ? AND claim_hash = ?', key, claimHash)
    .toArray()
  return row ?? null
}

/** Of each key at most 100, those that wait for approval first, and at most 1,000 in all: a facts object has up to 8 KiB. */
export function selectHolds(sql: SqlStorage, keys: readonly number[], now: number): HoldRow[] {
  return sql
    .exec<HoldRow>(
      `SELECT key, claim_hash, kind, opened_at, ends_at, network, approved_at, body FROM (
         SELECT *, row_number() OVER (PARTITION BY key ORDER BY kind = 'approval' DESC, opened_at, claim_hash) AS place
         FROM holds WHERE key IN (SELECT value FROM json_each(?)) AND ends_at > ?)
       WHERE place <= ? ORDER BY opened_at, key, claim_hash LIMIT ?`,
      JSON.stringify(keys),
      now,
      MAX_SHOWN_OF_KEY,
      MAX_SHOWN,
    )
    .toArray()
}

export function insertHold(
  store: LedgerStore,
  { key, address, hostname, facts, request, identity }: RedemptionRequest,
  hold: Pick<HoldRow, 'claim_hash' | 'kind' | 'opened_at' | 'ends_at'>,
): void {
  const body: HoldBody = {
    address,
    hostname,
    facts: JSON.parse(facts) as JsonObject,
    request,
    ...(identity?.kind === 'verified' && { bound: identity.bindingHash }),
  }
  store.sql.exec(
    'INSERT INTO holds (key, claim_hash, kind, opened_at, ends_at, network, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    key,
    hold.claim_hash,
    hold.kind,
    hold.opened_at,
    hold.ends_at,
    address === null ? null : networkOf(address),
    JSON.stringify(body),
  )
  // What was decided on an earlier hold of this claim is of no more account.
  store.sql.exec(
    "DELETE FROM decisions WHERE key = ? AND claim_hash = ? AND decision = 'approved'",
    key,
    hold.claim_hash,
  )
}

export function deleteHold(sql: SqlStorage, key: number, claimHash: string): void {
  sql.exec('DELETE FROM holds WHERE key = ? AND claim_hash = ?', key, claimHash)
}

/** Ends the expired ones of a key; returns how many. The caller takes them off the key's row. */
export function deleteLapsed(sql: SqlStorage, key: number, now: number): number {
  return sql.exec('DELETE FROM holds WHERE key = ? AND ends_at <= ? RETURNING 1', key, now).toArray().length
}

export function countOpen(sql: SqlStorage, key: number, now: number): number {
  return countOf(sql, 'key = ? AND ends_at > ?', key, now)
}

/** Open ones, but for those that lapsed and are there still. */
export function countHolds(
  sql: SqlStorage,
  key: number,
  now: number,
  about: { readonly network?: string; readonly isPending?: boolean },
): number {
  const network = about.network ?? null
  return countOf(
    sql,
    `key = ?1 AND ends_at > ?2 AND (?3 IS NULL OR network = ?3)
       AND (?4 = 0 OR (kind = 'approval' AND approved_at IS NULL))`,
    key,
    now,
    network,
    about.isPending ? 1 : 0,
  )
}

function countOf(sql: SqlStorage, where: string, ...values: readonly (string | number | null)[]): number {
  return sql.exec<{ n: number }>(`SELECT count(*) AS n FROM holds WHERE ${where}`, ...values).one().n
}

/**
 * Returns the holds of a key in the caller's commit, and records that; returns how many.
 * @param which a condition on the rows, and its values
 */
export function returnHolds(
  store: LedgerStore,
  now: number,
  key: number,
  reason: ReturnReason,
  cause: Cause,
  which: { readonly where: string; readonly values: readonly (string | number)[] } = {
    where: 'TRUE',
    values: [],
  },
): number {
  const row = selectKey(store.sql, key)
  if (!row || row.held === 0) return 0
  const ended = store.sql
    .exec(`DELETE FROM holds WHERE key = ? AND ${which.where} RETURNING 1`, key, ...which.values)
    .toArray().length
  if (ended === 0) return 0
  writeHeld(store, key, -ended)
  enqueueReturn(store, now, toKey(store.ledger, row), ended, reason, cause)
  return ended
}

/** Of what a key may have no more since its limit was lowered: the newest go first. */
export function returnExcess(store: LedgerStore, now: number, key: EnrollmentKey, cause: Cause): number {
  if (key.maxUses === null) return 0
  const excess = key.uses + key.held - Math.max(key.maxUses, key.uses)
  if (excess <= 0) return 0
  return returnHolds(store, now, key.n, 'limit_lowered', cause, {
    where:
      'claim_hash IN (SELECT claim_hash FROM holds WHERE key = ? ORDER BY opened_at DESC, claim_hash LIMIT ?)',
    values: [key.n, excess],
  })
}

/** What the key's row says of its holds, after some were opened or ended. */
export function writeHeld(store: LedgerStore, key: number, change: number): void {
  store.forgetNextEnd()
  store.sql.exec(
    `UPDATE keys SET held = held + ?1, version = version + 1,
       hold_ends_at = (SELECT min(ends_at) FROM holds WHERE holds.key = keys.n) WHERE n = ?2`,
    change,
    key,
  )
}

export function enqueueReturn(
  store: LedgerStore,
  now: number,
  key: Pick<EnrollmentKey, 'ledger' | 'n' | 'name'>,
  count: number,
  reason: ReturnReason,
  cause: Cause,
): void {
  enqueueOfKey(store, now, key, 'use.returned', cause, { count, reason })
}

export function enqueueOfKey(
  store: LedgerStore,
  now: number,
  key: Pick<EnrollmentKey, 'ledger' | 'n' | 'name'>,
  type: EventType,
  cause: Cause,
  detail: JsonObject,
): void {
  const subject = { kind: 'key', id: formatId(key), name: key.name }
  const event = store.event(now, type, cause, subject, detail)
  // However often machines hold and cancel, what an operator does is recorded.
  if (cause.actor.kind !== 'principal' && BY_MACHINES.has(type))
    store.enqueueBounded(now, 'key', key.n, event)
  else store.enqueue(now, 'key', key.n, event)
}

/** Eight characters of the claim's hash, in the alphabet of Crockford, for people to compare. */
export function comparisonOf(claimHash: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const bits = BigInt(`0x${claimHash.slice(0, 10)}`)
  const characters = Array.from({ length: 8 }, (_, i) => alphabet[Number((bits >> BigInt(35 - 5 * i)) & 31n)])
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`
}
