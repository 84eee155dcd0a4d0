/**
 * A database that reports how many rows each of its statements reads.
 * @param call called for each call of the database, of one statement or a batch
 */
export function counting(
  db: D1Database,
  report: (rows: number) => void,
  call: () => void = () => {},
): D1Database {
  const statement = (prepared: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(prepared, {
      get(target, method) {
        if (method === 'bind') return (...values: unknown[]) => statement(target.bind(...values))
        const run = async () => {
          call()
          const result = await target.all<Record<string, unknown>>()
          report(result.meta.rows_read)
          return result
        }
        if (method === 'all' || method === 'run') return run
        if (method === 'raw') return async () => (await run()).results.map((row) => Object.values(row))
        return Reflect.get(target, method)
      },
    })
  return new Proxy(db, {
    get(target, method) {
      if (method === 'prepare') return (sql: string) => statement(target.prepare(sql))
      if (method !== 'batch') return Reflect.get(target, method)
      return async (statements: D1PreparedStatement[]) => {
        call()
        const results = await target.batch(statements)
        for (const { meta } of results) report(meta.rows_read)
        return results
      }
    },
  })
}
