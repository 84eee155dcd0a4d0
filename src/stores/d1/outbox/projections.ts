/**
 * How a ledger's rows reach D1: one multi-row statement for each table, in one batch, which D1 runs as a transaction.
 * Only a newer version replaces a row, so that a repeated or overtaken delivery changes nothing.
 */

import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { fold } from '../../../core/kernel/text.ts'
import { NEVER } from '../../../core/search/list.ts'
import { background } from '../../background.ts'
import { insertDelivered } from '../catalogue/events/arrivals.ts'
import { indexTerms, isIndexDue } from './index-terms.ts'
import { arraysOf, type Columns, insertRows } from './insert.ts'
import { searchable } from './searchable.ts'
import { countChanges } from './totals.ts'

export type Delivery = {
  readonly profiles: readonly { readonly profile: Profile; readonly deletedAt: number | null }[]
  readonly keys: readonly EnrollmentKey[]
  readonly agents: readonly Agent[]
  readonly events: readonly AuditEvent[]
  /** What the ledger has counted since it was made; null: nothing of a profile. */
  readonly counters: LedgerCounters | null
}

export type LedgerCounters = {
  readonly ledger: number
  /** Whose row has them where a delivery has no profile. */
  readonly profile: number
  /** Numbers that only grow, by name. */
  readonly counters: Readonly<Record<string, number>>
  /** The sum of them, which therefore grows with each. */
  readonly version: number
}

/**
 * To set a column again is to write its index again, which is billed as a row, whether or not the value is another. These
 * never change, or are set for themselves when they do (`updateIndexed`).
 */
const SET_APART = new Set([
  'ledger',
  'n',
  'organization_id',
  'dialect',
  'is_live',
  'expires_at',
  'held',
  'name_folded',
  'created_at',
  'deleted_at',
])

/** What only one of a ledger's rows brings; the others keep what they have. */
const KEPT_IF_ABSENT = new Set(['counters', 'counted'])

/** Returns whether the organization has receivers of events. */
export async function deliver(db: D1Database, delivery: Delivery): Promise<boolean> {
  const counters = delivery.counters && {
    ...delivery.counters,
    profile: delivery.profiles[0]?.profile.n ?? delivery.counters.profile,
  }
  const profiles = delivery.profiles.map((one) => profileColumns(one, counters))
  const keys = delivery.keys.map(keyColumns)
  const agents = delivery.agents.map(agentColumns)
  const statements = [
    // Before the rows change, since it compares them with what is there.
    countChanges(db, 'profiles', profiles, ({ deleted_at }) => deleted_at === null),
    countChanges(db, 'agents', agents, ({ state }) => state === 'active'),
    upsert(db, 'profiles', 'ledger, n', profiles),
    updateIndexed(db, 'profiles', ['name_folded', 'deleted_at'], profiles),
    upsert(db, 'keys', 'ledger, n', keys),
    updateIndexed(db, 'keys', ['is_live', 'expires_at', 'name_folded', 'held'], keys),
    upsert(db, 'agents', 'organization_id, ledger, n, dialect', agents),
    ...insertDelivered(db, delivery.events),
    updateCounters(db, counters),
    hasReceivers(db, delivery.events),
  ].filter((statement) => statement !== null)
  const results = statements.length > 0 ? await db.batch(statements) : []
  if (
    isIndexDue([...delivery.profiles.map(({ profile }) => profile), ...delivery.keys, ...delivery.agents])
  ) {
    background(() => indexTerms(db))
  }
  return delivery.events.length > 0 && (results.at(-1)?.results.length ?? 0) > 0
}

/** The last of a batch: a row where the events' organization has receivers. */
export function hasReceivers(db: D1Database, [event]: readonly AuditEvent[]): D1PreparedStatement | null {
  if (event === undefined) return null
  const text = 'SELECT 1 FROM webhook_endpoints WHERE organization_id = ? AND is_enabled = 1 LIMIT 1'
  return db.prepare(text).bind(event.organization)
}

/** Events are written once and never change: a second delivery of one is ignored. */
export function insertEvents(db: D1Database, events: readonly AuditEvent[]): D1PreparedStatement | null {
  return insertRows(db, 'events', events.map(eventColumns), 'ON CONFLICT DO NOTHING')
}

/** Where no newer row of the profile has brought them. */
function updateCounters(db: D1Database, counted: LedgerCounters | null): D1PreparedStatement | null {
  if (counted === null) return null
  const { ledger, profile, counters, version } = counted
  return db
    .prepare(
      `UPDATE profiles SET counters = ?3, counted = ?4
       WHERE ledger = ?1 AND n = ?2 AND coalesce(counted, 0) < ?4`,
    )
    .bind(ledger, profile, JSON.stringify(counters), version)
}

/** @param identity the columns that name a row */
function upsert(
  db: D1Database,
  table: string,
  identity: string,
  rows: readonly Columns[],
): D1PreparedStatement | null {
  const names = Object.keys(rows[0] ?? {}).filter((name) => !SET_APART.has(name))
  const setTo = (name: string) =>
    KEPT_IF_ABSENT.has(name) ? `coalesce(excluded.${name}, ${table}.${name})` : `excluded.${name}`
  const assignments = names.map((name) => `${name} = ${setTo(name)}`).join(', ')
  const newer = `excluded.version > ${table}.version`
  return insertRows(db, table, rows, `ON CONFLICT (${identity}) DO UPDATE SET ${assignments} WHERE ${newer}`)
}

/** Sets columns that an index has, where they differ: a redemption mostly changes none of them. */
function updateIndexed(
  db: D1Database,
  table: string,
  names: readonly string[],
  rows: readonly Columns[],
): D1PreparedStatement | null {
  if (rows.length === 0) return null
  const sent = ['ledger', 'n', 'version', ...names]
  const assignments = names.map((name, i) => `${name} = value ->> ${i + 3}`).join(', ')
  const differs = names.map((name, i) => `${name} IS NOT value ->> ${i + 3}`).join(' OR ')
  return db
    .prepare(
      `UPDATE ${table} SET ${assignments} FROM json_each(?)
       WHERE ledger = value ->> 0 AND n = value ->> 1 AND version = value ->> 2 AND (${differs})`,
    )
    .bind(arraysOf(sent, rows))
}

function profileColumns(
  { profile, deletedAt }: Delivery['profiles'][number],
  counted: LedgerCounters | null,
): Columns {
  const isCounted = counted !== null && counted.profile === profile.n && counted.ledger === profile.ledger
  return {
    ledger: profile.ledger,
    n: profile.n,
    organization_id: profile.organization,
    dialect: profile.dialect,
    name_folded: fold(profile.name),
    description_folded: fold(profile.description),
    search: searchable(profile),
    record: JSON.stringify(profile),
    created_at: profile.createdAt,
    deleted_at: deletedAt,
    version: profile.version,
    counters: isCounted ? JSON.stringify(counted.counters) : null,
    counted: isCounted ? counted.version : null,
  }
}

function keyColumns(key: EnrollmentKey): Columns {
  const hasUsesLeft = key.maxUses === null || key.uses < key.maxUses
  const isDecoy = key.rules?.isDecoy ?? false
  const isEnabled = key.isEnabled && key.suspendedAt === null
  const shown: EnrollmentKey = { ...key, isEnabled }
  return {
    ledger: key.ledger,
    n: key.n,
    profile: key.profile,
    organization_id: key.organization,
    dialect: key.dialect,
    is_live: key.revokedAt === null && isEnabled && hasUsesLeft && !isDecoy ? 1 : 0,
    expires_at: key.expiresAt ?? NEVER,
    name_folded: fold(key.name),
    created_at: key.createdAt,
    held: key.held,
    search: searchable(shown),
    record: JSON.stringify(key),
    version: key.version,
  }
}

function agentColumns(agent: Agent): Columns {
  return {
    ledger: agent.ledger,
    n: agent.n,
    profile: agent.profile,
    key: agent.key,
    organization_id: agent.organization,
    dialect: agent.dialect,
    state: agent.state,
    hostname_folded: fold(agent.hostname),
    enrolled_at: agent.enrolledAt,
    search: searchable(agent),
    record: JSON.stringify(agent),
    version: agent.version,
  }
}

function eventColumns(event: AuditEvent): Columns {
  return {
    id: event.id,
    organization_id: event.organization,
    at: event.at,
    type: event.type,
    record: JSON.stringify(event),
  }
}
