/** How D1 would run each statement that a store asks of it, one text for each. */
export async function plansOf(
  database: D1Database,
  run: (db: D1Database) => Promise<unknown>,
): Promise<string[]> {
  const asked: [string, unknown[]][] = []
  await run(spyOn(database, asked))
  const plans = await Promise.all(
    asked.map(([sql, values]) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>(),
    ),
  )
  return plans.map(({ results }) => results.map(({ detail }) => detail).join('; '))
}

/** Plans that read rows by the index of names and labels, look up how far it is, or read what it does not have yet. */
export function isByTerms(plan: string): boolean {
  return /_terms VIRTUAL TABLE INDEX|term_progress/.test(plan)
}

function spyOn(database: D1Database, asked: [string, unknown[]][]): D1Database {
  return new Proxy(database, {
    get(db, name) {
      if (name !== 'prepare') return bound(db, name)
      return (sql: string) =>
        new Proxy(db.prepare(sql), {
          get(statement, method) {
            if (method !== 'bind') return bound(statement, method)
            return (...values: unknown[]) => {
              asked.push([sql, values])
              return statement.bind(...values)
            }
          },
        })
    },
  })
}

function bound(target: object, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}
