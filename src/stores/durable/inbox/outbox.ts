import type { DeviceMessage } from '../../../core/devices/delivery.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { deliverFromInbox, type InboxMessage } from '../../d1/outbox/inbox-projections.ts'
import { drainOutbox, type OutboxMessages } from '../object/outbox-messages.ts'
import type { OutboxSource } from '../object/outbox-relay.ts'
import { readPair } from './pair.ts'

const BATCH_ROWS = 500
const BATCH_CHARACTERS = 512 * 1024

type Row = { seq: number; at: number; kind: string; body: string; tries: number }

/** What an inbox has for D1: its pair, which goes whole, and what its device wrote. */
/** @param announce called when D1 has events for receivers of webhooks */
export function inboxOutbox(
  storage: DurableObjectStorage,
  db: D1Database,
  accessKey: string,
  announce: (organization: number) => void = () => {},
): OutboxSource {
  const outbox: OutboxMessages<Row> = {
    storage,
    db,
    columns: 'kind, body',
    next: () => nextRows(storage.sql),
    send: (rows) => send(storage.sql, db, rows, announce),
    report: ({ dead, oldestAt }) =>
      db
        .prepare('UPDATE key_pairs SET outbox_dead = ?, outbox_oldest_at = ? WHERE access_key = ?')
        .bind(dead, oldestAt, accessKey),
  }
  return {
    name: 'device inbox',
    isEmpty: () => storage.sql.exec('SELECT 1 FROM outbox LIMIT 1').toArray().length === 0,
    drain: () => drainOutbox(outbox),
  }
}

/** Reports to D1 when the inbox's clock and the wall clock will agree again. */
export function reportClock(db: D1Database, accessKey: string, agreesAt: number): D1PreparedStatement {
  return db.prepare('UPDATE key_pairs SET clock_agrees_at = ? WHERE access_key = ?').bind(agreesAt, accessKey)
}

function nextRows(sql: SqlStorage): Row[] {
  const rows: Row[] = []
  let characters = 0
  // One by one: what does not fit this delivery is not read.
  for (const row of sql.exec<Row>('SELECT * FROM outbox ORDER BY seq LIMIT ?', BATCH_ROWS)) {
    characters += row.body.length
    if (rows.length > 0 && characters > BATCH_CHARACTERS) break
    rows.push(row)
  }
  return rows
}

async function send(
  sql: SqlStorage,
  db: D1Database,
  rows: readonly Row[],
  announce: (organization: number) => void,
): Promise<void> {
  const pair = readPair(sql)
  if (!pair) throw new Error('an inbox without a pair has something for D1')
  const events = rows.flatMap(({ kind, body }) => (kind === 'pair' ? [JSON.parse(body) as AuditEvent] : []))
  const messages = rows.flatMap(({ seq, at, kind, body }): InboxMessage[] =>
    kind === 'pair' || kind === 'again'
      ? []
      : [{ seq, receivedAt: at, message: JSON.parse(body) as DeviceMessage }],
  )
  const isNews = rows.length > messages.length
  const hasReceivers = await deliverFromInbox(db, { pair, isNews }, events, messages)
  if (hasReceivers) announce(pair.organization)
}
