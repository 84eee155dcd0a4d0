/** How many rows one ledger writes, whatever other ledgers of the same isolate do meanwhile. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

export type RowsWritten = {
  /** Setting an alarm is billed as a row. */
  readonly inLedger: number
  readonly inDatabase: number
}

/** As workerd makes it: what was bound is a member of it. */
type Bound = D1PreparedStatement & { readonly params?: readonly unknown[] }

/** @param organization in D1 all that the ledger delivers names it, and nothing else does */
export async function rowsWrittenBy(
  ledger: DurableObjectStub,
  organization: number,
  work: () => Promise<void>,
): Promise<RowsWritten> {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
  let [alarms, inDatabase] = [0, 0]
  const restore = await runInDurableObject(ledger, (_, { storage }) => {
    const { sql } = storage
    const [exec, setAlarm] = [sql.exec.bind(sql), storage.setAlarm.bind(storage)]
    const own = {
      exec(...input: Parameters<SqlStorage['exec']>) {
        const cursor = exec(...input)
        cursors.push(cursor)
        return cursor
      },
      setAlarm(...input: Parameters<DurableObjectStorage['setAlarm']>) {
        alarms++
        return setAlarm(...input)
      },
    }
    Object.assign(sql, { exec: own.exec })
    Object.assign(storage, { setAlarm: own.setAlarm })
    return () => {
      Reflect.deleteProperty(sql, 'exec')
      Reflect.deleteProperty(storage, 'setAlarm')
    }
  })
  // The ledger's binding is another object of the same class.
  const prototype: D1Database = Object.getPrototypeOf(env.DB)
  const { batch } = prototype
  const its = new RegExp(`\\b${organization}\\b`)
  prototype.batch = async function <T>(this: D1Database, statements: D1PreparedStatement[]) {
    const results = await batch.call<D1Database, [D1PreparedStatement[]], Promise<D1Result<T>[]>>(
      this,
      statements,
    )
    if (statements.some(({ params }: Bound) => its.test(JSON.stringify(params))))
      for (const { meta } of results) inDatabase += meta.rows_written
    return results
  }
  try {
    await work()
    // A cursor knows its rows only once it was read to its end.
    const inLedger = cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, alarms)
    return { inLedger, inDatabase }
  } finally {
    prototype.batch = batch
    await runInDurableObject(ledger, restore)
  }
}
