/**
 * A row that a ledger owns reaches D1 only through here: whole, with its version, so that deliveries may repeat or
 * overtake each other and D1 still ends with the newest.
 */
import { deliver } from '../../d1/outbox/projections.ts'
import { drainMail, isAlive, type Mail } from '../object/outbox-messages.ts'
import type { Cargo } from '../object/outbox-relay.ts'
import {
  deliveryOfEnrolled,
  deliveryOfNotes,
  forgetEnrolled,
  hasUndelivered,
  nextEnrolled,
  nextNotes,
  noteEnrolled,
  type OutboxRow,
} from './deliveries.ts'
import type { Book } from './ledger-store.ts'

/** What a ledger has for D1: agents from their own rows, all else from its notes. */
export function ledgerCargo(storage: DurableObjectStorage, db: D1Database, book: Book): Cargo {
  const notes = notesOf(storage, db, book)
  return {
    name: `ledger ${book.ledger}`,
    isEmpty: () => !hasUndelivered(book),
    drain: async () => (await drainEnrolled(storage, db, book)) && (await drainMail(notes)),
  }
}

/** Tells D1 when the ledger's clock and the wall clock will agree again. */
export function reportClock(db: D1Database, ledger: number, agreesAt: number): D1PreparedStatement {
  return db.prepare('UPDATE ledgers SET clock_agrees_at = ? WHERE id = ?').bind(agreesAt, ledger)
}

/** True: D1 has all, or there are notes of what it refused. */
async function drainEnrolled(storage: DurableObjectStorage, db: D1Database, book: Book): Promise<boolean> {
  for (let next = nextEnrolled(book); next.rows.length > 0; next = nextEnrolled(book)) {
    const isSent = await deliver(db, deliveryOfEnrolled(book, next.rows)).then(
      () => true,
      () => false,
    )
    if (isSent) forgetEnrolled(book, next)
    else if (await isAlive(db)) storage.transactionSync(() => noteEnrolled(book, next))
    else return false
  }
  return true
}

function notesOf(storage: DurableObjectStorage, db: D1Database, book: Book): Mail<OutboxRow> {
  return {
    storage,
    db,
    columns: 'kind, n, event',
    next: () => nextNotes(book),
    send: (rows) => deliver(db, deliveryOfNotes(book, rows)),
    report: ({ dead, oldestAt }) =>
      db
        .prepare('UPDATE ledgers SET outbox_dead = ?, outbox_oldest_at = ? WHERE id = ?')
        .bind(dead, oldestAt, book.ledger),
  }
}
