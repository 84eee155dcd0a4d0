/** The one key pair of an inbox: off is off (docs/concepts.md#promises) is decided on this row. */

import type { Abilities } from '../../../core/access/roles/ability.ts'
import type { Role } from '../../../core/access/roles/port.ts'
import type { DeviceState } from '../../../core/devices/delivery.ts'
import type { KeyPair, KeyPairChange, NewKeyPair } from '../../../core/devices/key-pairs/port.ts'
import type { AuditEvent, EventType } from '../../../core/events/event.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { eventId } from '../../../core/kernel/time/event-id.ts'
import { differences } from '../ledger/tables/ledger-store.ts'

type PairRow = {
  access_key: string
  organization: number
  role: string
  role_version: number
  abilities: string
  is_enabled: number
  expires_at: number | null
  sealed_secret: string
  created_at: number
  updated_at: number
  deleted_at: number | null
  version: number
}

export type Pair = KeyPair & {
  readonly abilities: Abilities
  readonly roleVersion: number
  readonly deletedAt: number | null
}

/** null when it was never made. Also a deleted one. */
export function readPair(sql: SqlStorage): Pair | null {
  const [row] = sql.exec<PairRow>('SELECT * FROM pair').toArray()
  if (!row) return null
  return {
    accessKey: row.access_key,
    organization: row.organization,
    role: row.role,
    roleVersion: row.role_version,
    abilities: JSON.parse(row.abilities) as Abilities,
    isEnabled: row.is_enabled === 1,
    expiresAt: row.expires_at,
    sealedSecret: row.sealed_secret,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    version: row.version,
  }
}

export function shownPair({ abilities: _, roleVersion: __, deletedAt: ___, ...pair }: Pair): KeyPair {
  return pair
}

/** What a device's write is decided on; null: the pair is deleted. */
export function stateOf(pair: Pair | null): DeviceState | null {
  return pair && pair.deletedAt === null ? pair : null
}

export function createPair(sql: SqlStorage, input: NewKeyPair, cause: Cause, now: number): void {
  const { role, ...rest } = input
  const pair: Pair = {
    ...rest,
    role: role.key,
    roleVersion: role.version,
    abilities: role.abilities,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    version: 1,
  }
  write(sql, pair)
  enqueue(sql, now, eventOf(pair, 'key_pair.create', cause, now, { role: role.key }))
}

/** Every change counts as an update, also one that leaves all as it was (docs/dialects/datonis.md#key-pairs). */
export function changePair(
  sql: SqlStorage,
  pair: Pair,
  change: KeyPairChange,
  cause: Cause,
  now: number,
): void {
  const { role, ...rest } = change
  const changed: Pair = {
    ...pair,
    ...rest,
    ...(role && { role: role.key, roleVersion: role.version, abilities: role.abilities }),
    updatedAt: now,
    version: pair.version + 1,
  }
  write(sql, changed)
  const changes = differences(pair, { ...rest, role: changed.role })
  enqueue(sql, now, eventOf(changed, 'key_pair.update', cause, now, { changes }))
}

/** A tombstone stays, without the secret, and without what it knew. */
export function removePair(
  sql: SqlStorage,
  pair: Pair,
  cause: Cause,
  now: number,
  detail: JsonObject = {},
): void {
  write(sql, {
    ...pair,
    sealedSecret: '',
    isEnabled: false,
    updatedAt: now,
    deletedAt: now,
    version: pair.version + 1,
  })
  sql.exec('DELETE FROM things; DELETE FROM instructions')
  enqueue(sql, now, eventOf(pair, 'key_pair.delete', cause, now, detail))
}

/** The same secret under another version of the ring. */
export function resealPair(sql: SqlStorage, pair: Pair, sealedSecret: string, now: number): void {
  write(sql, { ...pair, sealedSecret, version: pair.version + 1 })
  enqueueAgain(sql, now)
}

/** More than a pair is changed, or its device writes, between a backup and its restore. */
const SKIPPED = 2 ** 20

/**
 * A pair that comes from a backup: it may have been disabled or deleted since, so that it is disabled until an operator
 * enables it. Its versions and the numbers of its messages go on after any that D1 has seen.
 */
export function fencePair(sql: SqlStorage, pair: Pair, cause: Cause, now: number): boolean {
  const isEnabled = pair.isEnabled && pair.deletedAt === null
  const fenced = { ...pair, isEnabled: pair.isEnabled && !isEnabled, version: pair.version + SKIPPED }
  write(sql, fenced)
  const last = enqueueAgain(sql, now)
  // AUTOINCREMENT goes on after the greatest number that was ever written.
  sql.exec("INSERT INTO outbox (seq, at, kind, body) VALUES (?, ?, 'again', '')", last + SKIPPED, now)
  if (isEnabled) {
    const changes = { isEnabled: { before: true, after: false } }
    enqueue(sql, now, eventOf(fenced, 'key_pair.update', cause, now, { changes, reason: 'restore' }))
  }
  return isEnabled
}

/** What its role allows now; nothing that lists show. */
export function grantPair(sql: SqlStorage, pair: Pair, role: Role): void {
  if (pair.role !== role.key || pair.roleVersion >= role.version) return
  write(sql, { ...pair, abilities: role.abilities, roleVersion: role.version })
}

function write(sql: SqlStorage, pair: Pair): void {
  sql.exec('DELETE FROM pair')
  sql.exec(
    'INSERT INTO pair VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    pair.accessKey,
    pair.organization,
    pair.role,
    pair.roleVersion,
    JSON.stringify(pair.abilities),
    pair.isEnabled ? 1 : 0,
    pair.expiresAt,
    pair.sealedSecret,
    pair.createdAt,
    pair.updatedAt,
    pair.deletedAt,
    pair.version,
  )
}

/** The pair goes to D1 once more, without an event; returns the message's number. */
export function enqueueAgain(sql: SqlStorage, now: number): number {
  return sql
    .exec<{ seq: number }>("INSERT INTO outbox (at, kind, body) VALUES (?, 'again', '') RETURNING seq", now)
    .one().seq
}

function enqueue(sql: SqlStorage, now: number, event: AuditEvent): void {
  sql.exec("INSERT INTO outbox (at, kind, body) VALUES (?, 'pair', ?)", now, JSON.stringify(event))
}

function eventOf(pair: Pair, type: EventType, cause: Cause, at: number, detail: JsonObject = {}): AuditEvent {
  const { accessKey: id, organization } = pair
  return {
    id: eventId(at),
    organization,
    at,
    type,
    isSuccess: true,
    cause,
    subject: { kind: 'key_pair', id, name: id },
    detail,
  }
}
