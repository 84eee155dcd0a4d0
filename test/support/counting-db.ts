/**
 * A database that reports how many rows each of its statements reads.
 * @param call called for each call of the database, of one statement or a batch
 */
export function counting(
  db: D1Database,
  report: (rows: number) => void,
  call: () => void = () => {},
): D1Database {
  const statement = (prepared: D1PreparedStatement, isRead: boolean): D1PreparedStatement =>
    new Proxy(prepared, {
      get(target, method) {
        if (method === 'bind') return (...values: unknown[]) => statement(target.bind(...values), isRead)
        const run = async () => {
          call()
          const result = await target.all<Record<string, unknown>>()
          report(result.meta.rows_read)
          return result
        }
        if (method === 'all' || method === 'run') return run
        if (method === 'first') {
          return async (column?: string) => {
            const [row] = (await run()).results
            return (column === undefined ? row : row?.[column]) ?? null
          }
        }
        // The rows of `all` have one column of each name, and their meta is what is counted: a read runs once more.
        if (method === 'raw') {
          return async () => {
            const { results } = await run()
            return isRead ? target.raw() : results.map((row) => Object.values(row))
          }
        }
        return Reflect.get(target, method)
      },
    })
  return new Proxy(db, {
    get(target, method) {
      if (method === 'prepare')
        return (sql: string) => statement(target.prepare(sql), /^\s*select\b/i.test(sql))
      if (method === 'withSession')
        return (...at: [string?]) =>
          counting(target.withSession(...at) as unknown as D1Database, report, call)
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
