import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { addRows, ownRows, type RowDatabase } from '../../bench/measures/rows.ts'
import { databaseOfD1 } from '../storage.ts'
import type { Scene } from './scene.ts'

const ROWS = 100_000

/** Copies the tenant's own rows, half of them native and half Illumio's, while the server is stopped. */
export async function addListedRows(scene: Scene): Promise<void> {
  const { subject, tenant, share } = scene
  await scene.own('Native')
  await scene.own('Illumio PCE')
  const half = Math.ceil((ROWS * share) / 2)
  await subject.pause(async () => {
    const database = new DatabaseSync(databaseOfD1(subject.data))
    try {
      for (const [i, dialect] of ['native', 'illumio'].entries()) {
        const template = `organization_id = ${tenant.id} AND dialect = '${dialect}' AND length(record) < 2000`
        await addRows(asD1(database), { ...ownRows(tenant.id), template }, i * half + 1, (i + 1) * half)
      }
    } finally {
      database.close()
    }
  })
}

/** D1's interface over a file that no server has open. */
function asD1(database: DatabaseSync): RowDatabase {
  const bound = (sql: string, values: SQLInputValue[]) => ({
    run: async () => database.prepare(sql).run(...values),
    all: async () => ({ results: database.prepare(sql).all(...values) }),
  })
  return {
    prepare: (sql) => ({ ...bound(sql, []), bind: (...values) => bound(sql, values) }),
    async batch(statements: { run(): Promise<unknown> }[]) {
      for (const statement of statements) await statement.run()
    },
  }
}
