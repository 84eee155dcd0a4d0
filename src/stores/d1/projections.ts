/**
 * How a ledger's rows reach D1: one multi-row statement for each table, in one batch, which D1 runs as a transaction.
 * Only a newer version replaces a row, so that a repeated or overtaken delivery changes nothing.
 */
import type { AuditEvent } from '../../core/events/event.ts'
import type { Agent, EnrollmentKey, Profile } from '../../core/ledger/records.ts'
import { fold } from '../../core/text.ts'

export type Delivery = {
  readonly profiles: readonly { readonly profile: Profile; readonly deletedAt: number | null }[]
  readonly keys: readonly EnrollmentKey[]
  readonly agents: readonly Agent[]
  readonly events: readonly AuditEvent[]
}

/** To set a column again is to write its index again, which is billed as a row, whether or not the value is another. */
const UNCHANGING = new Set(['ledger', 'n', 'organization_id', 'dialect'])

type Columns = Readonly<Record<string, string | number | boolean | null>>

export async function deliver(db: D1Database, delivery: Delivery): Promise<void> {
  const statements = [
    upsert(db, 'profiles', delivery.profiles.map(profileColumns)),
    upsert(db, 'keys', delivery.keys.map(keyColumns)),
    upsert(db, 'agents', delivery.agents.map(agentColumns)),
    insertEvents(db, delivery.events),
  ].filter((statement) => statement !== null)
  if (statements.length > 0) await db.batch(statements)
}

/** Events are written once and never change: a second delivery of one is ignored. */
export function insertEvents(db: D1Database, events: readonly AuditEvent[]): D1PreparedStatement | null {
  return insertRows(db, 'events', events.map(eventColumns), 'ON CONFLICT DO NOTHING')
}

function upsert(db: D1Database, table: string, rows: readonly Columns[]): D1PreparedStatement | null {
  const names = Object.keys(rows[0] ?? {}).filter((name) => !UNCHANGING.has(name))
  const assignments = names.map((name) => `${name} = excluded.${name}`).join(', ')
  const newer = `excluded.version > ${table}.version`
  return insertRows(db, table, rows, `ON CONFLICT (ledger, n) DO UPDATE SET ${assignments} WHERE ${newer}`)
}

function insertRows(
  db: D1Database,
  table: string,
  rows: readonly Columns[],
  onConflict: string,
): D1PreparedStatement | null {
  const [first] = rows
  if (!first) return null
  const names = Object.keys(first)
  const values = names.map((name) => `value ->> '$.${name}'`).join(', ')
  const insert = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values} FROM json_each(?) WHERE true`
  return db.prepare(`${insert} ${onConflict}`).bind(JSON.stringify(rows))
}

function profileColumns({ profile, deletedAt }: Delivery['profiles'][number]): Columns {
  return {
    ledger: profile.ledger,
    n: profile.n,
    organization_id: profile.organization,
    dialect: profile.dialect,
    name_folded: fold(profile.name),
    description_folded: fold(profile.description),
    record: JSON.stringify(profile),
    deleted_at: deletedAt,
    version: profile.version,
  }
}

function keyColumns(key: EnrollmentKey): Columns {
  const hasUsesLeft = key.maxUses === null || key.uses < key.maxUses
  return {
    ledger: key.ledger,
    n: key.n,
    profile: key.profile,
    organization_id: key.organization,
    dialect: key.dialect,
    is_live: key.revokedAt === null && key.isEnabled && key.suspendedAt === null && hasUsesLeft ? 1 : 0,
    expires_at: key.expiresAt,
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
