/**
 * A row that a ledger owns reaches D1 only through here: whole, with its version, so that deliveries may repeat or
 * overtake each other and D1 still ends with the newest.
 */
import type { AuditEvent } from '../../../../core/events/event.ts'
import { type Delivery, deliver } from '../../../d1/outbox/projections.ts'
import {
  drainOutbox,
  inBatches,
  isDatabaseFailing,
  type OutboxMessages,
  type Refused,
} from '../../object/outbox-messages.ts'
import type { OutboxSource } from '../../object/outbox-relay.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { markReported } from './counters.ts'
import {
  deliveryOfEnrolled,
  deliveryOfNotes,
  enqueueEnrolled,
  forgetEnrolled,
  hasUndelivered,
  nextEnrolled,
  nextNotes,
  type OutboxRow,
} from './deliveries.ts'

/**
 * Gets the events that D1 has: after the commit, so that it knows of nothing that did not happen.
 * @param hasReceivers whether they are queued for receivers of webhooks, too
 */
export type Watcher = (events: readonly AuditEvent[], hasReceivers: boolean) => void

/** What a ledger has for D1: agents from their own rows, all else from its notes. */
export function ledgerOutbox(
  storage: DurableObjectStorage,
  db: D1Database,
  store: LedgerStore,
  watcher: Watcher = () => {},
): OutboxSource {
  const send = async (delivery: Delivery) => {
    watcher(delivery.events, await deliver(db, delivery))
  }
  const notes = notesOf(storage, db, store, send)
  return {
    name: `ledger ${store.ledger}`,
    isEmpty: () => !hasUndelivered(store),
    drain: async () => (await drainEnrolled(storage, db, store, send)) && (await drainOutbox(notes)),
  }
}

/** Reports to D1 when the ledger's clock and the wall clock will agree again. */
export function reportClock(db: D1Database, ledger: number, agreesAt: number): D1PreparedStatement {
  return db.prepare('UPDATE ledgers SET clock_agrees_at = ? WHERE id = ?').bind(agreesAt, ledger)
}

/** True: D1 has all, or there are notes of what it refused. */
async function drainEnrolled(
  storage: DurableObjectStorage,
  db: D1Database,
  store: LedgerStore,
  send: (delivery: Delivery) => Promise<void>,
): Promise<boolean> {
  const inTurn = inBatches()
  for (let next = nextEnrolled(store); next.rows.length > 0; next = nextEnrolled(store)) {
    const { rows } = next
    const delivery = deliveryOfEnrolled(store, rows)
    const refused = await inTurn(() => send(delivery)).then(
      () => null,
      (error: unknown): Refused => ({ error }),
    )
    if (refused === null) {
      forgetEnrolled(store, next, delivery.counters)
      markReported(store, delivery.counters)
    } else if (await isDatabaseFailing(db, refused)) return false
    else storage.transactionSync(() => enqueueEnrolled(store, next))
  }
  return true
}

function notesOf(
  storage: DurableObjectStorage,
  db: D1Database,
  store: LedgerStore,
  send: (delivery: Delivery) => Promise<void>,
): OutboxMessages<OutboxRow> {
  return {
    storage,
    db,
    columns: 'kind, n, event',
    next: () => nextNotes(store),
    async send(rows) {
      const delivery = deliveryOfNotes(store, rows)
      await send(delivery)
      markReported(store, delivery.counters)
    },
    report: ({ dead, oldestAt }) =>
      db
        .prepare('UPDATE ledgers SET outbox_dead = ?, outbox_oldest_at = ? WHERE id = ?')
        .bind(dead, oldestAt, store.ledger),
  }
}
