/** Counts at the platform's own classes, so that what the ledgers run is what is deployed, untouched. */
import { cursors, tally } from './tally.ts'

type Method = (...input: never[]) => unknown
type Result = { readonly meta: D1Meta }

const counted = new WeakSet<object>()

export function countStorage(storage: DurableObjectStorage): void {
  wrap(storage.sql, 'exec', (exec) => {
    const cursor = exec() as SqlStorageCursor<Record<string, SqlStorageValue>>
    cursors.push(cursor)
    return cursor
  })
  wrap(storage, 'setAlarm', (setAlarm) => {
    tally.ledgerRowsWritten++
    return setAlarm()
  })
}

export function countDatabase(db: D1Database): void {
  wrap(db, 'batch', async (batch) => noteResults((await batch()) as Result[]))
  const statement = db.prepare('SELECT 1')
  wrap(statement, 'run', async (run) => noteResults([(await run()) as Result])[0])
  wrap(statement, 'all', async (all) => noteResults([(await all()) as Result])[0])
  // These two tell nothing of their rows; that they were called is what counts.
  for (const name of ['raw', 'first']) {
    wrap(statement, name, (call) => {
      tally.databaseCalls++
      return call()
    })
  }
}

function noteResults(results: Result[]): Result[] {
  tally.databaseCalls++
  for (const { meta } of results) {
    tally.databaseRowsRead += meta.rows_read
    tally.databaseRowsWritten += meta.rows_written
    tally.databaseBytes = meta.size_after
  }
  return results
}

/** Replaces a method of the object's class, once. */
function wrap(object: object, name: string, around: (call: () => unknown) => unknown): void {
  const prototype = Object.getPrototypeOf(object) as Record<string, Method> & object
  const original = prototype[name]
  if (!original) throw new Error(`the platform has no ${name} any more`)
  if (counted.has(original)) return
  const replacement = function (this: unknown, ...input: never[]) {
    return around(() => original.apply(this, input))
  }
  counted.add(replacement)
  prototype[name] = replacement
}
