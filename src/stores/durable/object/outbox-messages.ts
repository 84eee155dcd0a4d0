/** Rows of an object's `outbox`, which wait for D1 in their order. One that D1 refuses must not hold up the others. */
import { storageFailureOf } from '../../../core/kernel/storage-failure.ts'
import { pause } from '../../background.ts'
import { writeDeployment } from '../../d1/deployment/deployment-id.ts'

const MAX_TRIES = 10

export type OutboxMessageRow = { readonly seq: number; readonly tries: number }

export type OutboxMessages<Row extends OutboxMessageRow> = {
  readonly storage: DurableObjectStorage
  readonly db: D1Database
  /** The oldest rows, as many as one delivery takes. */
  next(): readonly Row[]
  /** Resolves when D1 has them. */
  send(rows: readonly Row[]): Promise<void>
  /** What of a row is kept in `outbox_dead`, beside why D1 refused it. */
  readonly columns: string
  /** Reports to D1 what is stuck, since `/healthz` can't ask every object. */
  report(stuck: Stuck): D1PreparedStatement
}

export type Stuck = { readonly dead: number; readonly oldestAt: number | null }

const MAX_REST_MILLISECONDS = 250

/**
 * Sends one batch after another; between two of them it rests for as long as the earlier one took. Where D1 runs on the
 * same thread (Miniflare), a batch is a chain of ready work from end to end, and so are many: requests would wait for all.
 */
export function inBatches(): <T>(send: () => Promise<T>) => Promise<T> {
  let restMilliseconds = 0
  return async (send) => {
    if (restMilliseconds > 0) await pause(restMilliseconds)
    const since = Date.now()
    const sent = await send()
    restMilliseconds = Math.min(MAX_REST_MILLISECONDS, Math.max(1, Date.now() - since))
    return sent
  }
}

/** True: none waits any longer of those that waited when this began; who writes without pause must not keep it busy. */
export async function drainOutbox<Row extends OutboxMessageRow>(
  outbox: OutboxMessages<Row>,
): Promise<boolean> {
  const { last } = outbox.storage.sql
    .exec<{ last: number | null }>('SELECT max(seq) AS last FROM outbox')
    .one()
  const inTurn = inBatches()
  for (let rows = outbox.next(); rows[0] && rows[0].seq <= (last ?? 0); rows = outbox.next()) {
    const batch = rows
    const refused = await inTurn(() => trySend(outbox, batch))
    if (refused && !(await sendSingly(outbox, rows, refused))) return false
    if (rows.some(({ tries }) => tries > 0)) await reportStuck(outbox)
  }
  return true
}

/** Why D1 did not take what was sent. */
export type Refused = { readonly error: unknown }

/**
 * Whether D1 takes nothing at present: it is down, full or damaged. Rows wait for it then. What it refuses while it takes
 * another write is its row's own fault.
 */
export async function isDatabaseFailing(db: D1Database, { error }: Refused): Promise<boolean> {
  if (storageFailureOf(error) !== null) return true
  try {
    await writeDeployment(db, Date.now())
    return false
  } catch {
    return true
  }
}

/** Delivers and forgets; null: D1 has them. */
async function trySend<Row extends OutboxMessageRow>(
  outbox: OutboxMessages<Row>,
  rows: readonly Row[],
): Promise<Refused | null> {
  try {
    await outbox.send(rows)
  } catch (error) {
    return { error }
  }
  const seqs = JSON.stringify(rows.map(({ seq }) => seq))
  outbox.storage.sql.exec('DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))', seqs)
  return null
}

async function sendSingly<Row extends OutboxMessageRow>(
  outbox: OutboxMessages<Row>,
  rows: readonly Row[],
  together: Refused,
): Promise<boolean> {
  if (await isDatabaseFailing(outbox.db, together)) return false
  let isThrough = true
  for (const row of rows) {
    const refused = await trySend(outbox, [row])
    if (refused === null) continue
    if (storageFailureOf(refused.error) !== null) return false
    isThrough = countTry(outbox, row, refused) && isThrough
  }
  await reportStuck(outbox)
  return isThrough
}

/** After ten tries a row is set aside, for an operator to see. True: it was. */
function countTry<Row extends OutboxMessageRow>(
  { storage, columns }: OutboxMessages<Row>,
  { seq, tries }: Row,
  { error }: Refused,
): boolean {
  const { sql } = storage
  if (tries + 1 < MAX_TRIES) {
    sql.exec('UPDATE outbox SET tries = tries + 1 WHERE seq = ?', seq)
    return false
  }
  storage.transactionSync(() => {
    sql.exec(
      `INSERT INTO outbox_dead (seq, at, ${columns}, error) SELECT seq, at, ${columns}, ? FROM outbox WHERE seq = ?`,
      error instanceof Error ? error.message : String(error),
      seq,
    )
    sql.exec('DELETE FROM outbox WHERE seq = ?', seq)
  })
  return true
}

async function reportStuck<Row extends OutboxMessageRow>({
  storage,
  report,
}: OutboxMessages<Row>): Promise<void> {
  const { dead } = storage.sql.exec<{ dead: number }>('SELECT count(*) AS dead FROM outbox_dead').one()
  const oldest = storage.sql.exec<{ at: number | null }>('SELECT min(at) AS at FROM outbox WHERE tries > 0')
  try {
    await report({ dead, oldestAt: oldest.one().at }).run()
  } catch {
    // The next failed delivery reports again.
  }
}
