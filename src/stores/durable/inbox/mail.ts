import type { DeviceMessage } from '../../../core/devices/delivery.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { deliverFromInbox, type Letter, reportStuckInbox } from '../../d1/inbox-projections.ts'
import { MAX_TRIES, type Mail } from '../courier.ts'
import { readPair } from './pair.ts'

const BATCH_ROWS = 500
const BATCH_CHARACTERS = 512 * 1024

export type InboxRow = { seq: number; at: number; kind: string; body: string; tries: number }

/** What an inbox has for D1. */
export function inboxMail(storage: DurableObjectStorage, db: D1Database, accessKey: string): Mail<InboxRow> {
  const { sql } = storage
  return {
    name: 'device inbox',

    get isEmpty() {
      return sql.exec('SELECT 1 FROM outbox LIMIT 1').toArray().length === 0
    },

    next() {
      const rows: InboxRow[] = []
      let characters = 0
      // One by one: what does not fit this delivery is not read.
      for (const row of sql.exec<InboxRow>('SELECT * FROM outbox ORDER BY seq LIMIT ?', BATCH_ROWS)) {
        characters += row.body.length
        if (rows.length > 0 && characters > BATCH_CHARACTERS) break
        rows.push(row)
      }
      return rows
    },

    async send(rows) {
      const pair = readPair(sql)
      if (!pair) throw new Error('an inbox without a pair has mail')
      const events = rows.flatMap(({ kind, body }) =>
        kind === 'pair' ? [JSON.parse(body) as AuditEvent] : [],
      )
      const letters = rows.flatMap(({ seq, at, kind, body }): Letter[] =>
        kind === 'pair' ? [] : [{ seq, receivedAt: at, message: JSON.parse(body) as DeviceMessage }],
      )
      await deliverFromInbox(db, pair, events, letters)
    },

    forget(rows) {
      const seqs = JSON.stringify(rows.map(({ seq }) => seq))
      sql.exec('DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))', seqs)
    },

    hasFailed: ({ tries }) => tries > 0,

    fail({ seq, tries }, error) {
      if (tries + 1 < MAX_TRIES) {
        sql.exec('UPDATE outbox SET tries = tries + 1 WHERE seq = ?', seq)
        return false
      }
      storage.transactionSync(() => {
        sql.exec(
          'INSERT INTO outbox_dead SELECT seq, at, kind, body, ? FROM outbox WHERE seq = ?',
          error,
          seq,
        )
        sql.exec('DELETE FROM outbox WHERE seq = ?', seq)
      })
      return true
    },

    async reportStuck() {
      const { dead } = sql.exec<{ dead: number }>('SELECT count(*) AS dead FROM outbox_dead').one()
      const oldest = sql.exec<{ at: number | null }>('SELECT min(at) AS at FROM outbox WHERE tries > 0').one()
      await reportStuckInbox(db, accessKey, { dead, oldestAt: oldest.at })
    },
  }
}
