/** How what inboxes decided and devices wrote reaches D1: a few statements in one batch, which may be repeated. */
import type { DeviceMessage } from '../../../core/devices/delivery.ts'
import type { KeyPair } from '../../../core/devices/key-pairs/port.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { fold } from '../../../core/kernel/text.ts'
import { insertDelivered } from '../catalogue/events/arrivals.ts'
import { type Columns, insertRows } from './insert.ts'
import { hasReceivers } from './projections.ts'

/** A message with its place in the pair's own count, which makes a second delivery of it harmless. */
export type InboxMessage = {
  readonly seq: number
  readonly receivedAt: number
  readonly message: DeviceMessage
}

/** Returns whether the organization has receivers of events. */
export async function deliverFromInbox(
  db: D1Database,
  {
    pair,
    isNews,
  }: { readonly pair: KeyPair & { readonly deletedAt: number | null }; readonly isNews: boolean },
  events: readonly AuditEvent[],
  messages: readonly InboxMessage[],
): Promise<boolean> {
  const statements = [
    isNews ? upsertPair(db, pair) : null,
    ...insertDelivered(db, events),
    insertOnce(
      db,
      'device_events',
      messages.flatMap((message) => eventColumns(pair, message)),
    ),
    insertOnce(
      db,
      'alerts',
      messages.flatMap((message) => alertColumns(pair, message)),
    ),
    upsertThings(db, pair, messages),
    touchLastSeen(db, pair, messages),
    hasReceivers(db, events),
  ].filter((statement) => statement !== null)
  const results = statements.length > 0 ? await db.batch(statements) : []
  return events.length > 0 && (results.at(-1)?.results.length ?? 0) > 0
}

function upsertPair(
  db: D1Database,
  pair: KeyPair & { readonly deletedAt: number | null },
): D1PreparedStatement | null {
  const row: Columns = {
    access_key: pair.accessKey,
    organization_id: pair.organization,
    role_key: pair.role,
    is_enabled: pair.isEnabled ? 1 : 0,
    expires_at: pair.expiresAt,
    sealed_secret: pair.sealedSecret,
    created_at: pair.createdAt,
    updated_at: pair.updatedAt,
    deleted_at: pair.deletedAt,
    version: pair.version,
  }
  const changing = [
    'role_key',
    'is_enabled',
    'expires_at',
    'sealed_secret',
    'updated_at',
    'deleted_at',
    'version',
  ]
  const assignments = changing.map((name) => `${name} = excluded.${name}`).join(', ')
  const newer = 'excluded.version > key_pairs.version'
  return insertRows(
    db,
    'key_pairs',
    [row],
    `ON CONFLICT (access_key) DO UPDATE SET ${assignments} WHERE ${newer}`,
  )
}

function insertOnce(db: D1Database, table: string, rows: readonly Columns[]): D1PreparedStatement | null {
  return insertRows(db, table, rows, 'ON CONFLICT DO NOTHING')
}

type Registration = Extract<DeviceMessage, { readonly kind: 'registration' }>

/**
 * The last registration counts, of whichever pair it is; but a name or description that it does not have stays what it
 * was.
 */
function upsertThings(
  db: D1Database,
  { accessKey, organization }: KeyPair,
  messages: readonly InboxMessage[],
): D1PreparedStatement | null {
  const latest = new Map<string, Registration & { readonly receivedAt: number }>()
  for (const { message, receivedAt } of messages) {
    if (message.kind !== 'registration') continue
    const thing = message.thing ?? ''
    const before = latest.get(thing)
    latest.set(thing, {
      ...message,
      name: message.name ?? before?.name ?? null,
      description: message.description ?? before?.description ?? null,
      receivedAt,
    })
  }
  if (latest.size === 0) return null
  const rows = [...latest].map(([key, { name, defaultName, description, facts, receivedAt }]) => ({
    key,
    name,
    folded: name === null ? null : fold(name),
    defaultName,
    defaultFolded: fold(defaultName ?? ''),
    description,
    facts: JSON.stringify(facts),
    at: receivedAt,
  }))
  const changing = ['name', 'name_folded', 'description', 'facts', 'access_key', 'updated_at']
  return db
    .prepare(
      `INSERT INTO things (organization_id, key, name, name_folded, description, facts, access_key, created_at, updated_at, seen_at)
       SELECT ?1, value ->> 'key', coalesce(value ->> 'name', old.name, value ->> 'defaultName'),
         coalesce(value ->> 'folded', old.name_folded, value ->> 'defaultFolded'),
         coalesce(value ->> 'description', old.description, ''), value ->> 'facts', ?2,
         value ->> 'at', value ->> 'at', value ->> 'at'
       FROM json_each(?3) LEFT JOIN things AS old ON old.organization_id = ?1 AND old.key = value ->> 'key' WHERE true
       ON CONFLICT (organization_id, key) DO UPDATE
       SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}
       WHERE excluded.updated_at >= things.updated_at`,
    )
    .bind(organization, accessKey, JSON.stringify(rows))
}

/** When each thing last sent a message, and by which pair: one row a thing and delivery, however much it said. */
function touchLastSeen(
  db: D1Database,
  pair: KeyPair,
  messages: readonly InboxMessage[],
): D1PreparedStatement | null {
  const latest = new Map<string, number>()
  for (const { message, receivedAt } of messages) latest.set(message.thing ?? '', receivedAt)
  if (latest.size === 0) return null
  return db
    .prepare(
      `UPDATE things SET seen_at = value ->> 1, access_key = ?1 FROM json_each(?2)
       WHERE organization_id = ?3 AND things.key = value ->> 0 AND coalesce(seen_at, 0) <= value ->> 1`,
    )
    .bind(pair.accessKey, JSON.stringify([...latest]), pair.organization)
}

function messageColumns(
  { accessKey, organization }: KeyPair,
  { seq, receivedAt, message }: InboxMessage,
): Columns {
  return {
    access_key: accessKey,
    seq,
    organization_id: organization,
    thing: message.thing,
    at: message.at ?? receivedAt,
    received_at: receivedAt,
  }
}

function eventColumns(pair: KeyPair, received: InboxMessage): Columns[] {
  const { message } = received
  if (message.kind !== 'event') return []
  return [{ ...messageColumns(pair, received), data: JSON.stringify(message.data) }]
}

function alertColumns(pair: KeyPair, received: InboxMessage): Columns[] {
  const { message } = received
  if (message.kind !== 'alert') return []
  const { key, severity, text, instruction } = message
  const data = JSON.stringify(message.data)
  return [{ ...messageColumns(pair, received), key, severity, text, data, instruction }]
}
