/** The records of rows whose places are known, in the order of the places. */
import { and, type Column, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SizedPage } from '../../../core/kernel/fairness/list-slices.ts'
import { apiClients, issuers } from '../schema/index.ts'
import { type Name, TABLES } from './lists/comparisons.ts'
import { sizedPage } from './lists/sized-page.ts'
import type { Place } from './lists/slices.ts'

/** What names a row: of a ledger's, its ledger and number. */
export function keyOf(name: Name): readonly Column[] {
  if (name === 'issuers') return [issuers.id]
  if (name === 'apiClients') return [apiClients.principalId]
  return [TABLES[name].ledger, TABLES[name].n]
}

/** @param hits their places are keys, as `keyOf` has them */
export function recordsPage<Row>(
  db: D1Database,
  name: Name,
  organization: number,
  hits: readonly { readonly place: Place; readonly bytes: number }[],
  count: number,
): SizedPage<Row> {
  const sizes = hits.map(({ place, bytes }) => ({ name: JSON.stringify(place), bytes }))
  return sizedPage(count, sizes, async (names) => {
    const its = names.map((one): Place => JSON.parse(one))
    return (await recordsAt(db, name, organization, its)) as Row[]
  })
}

/** What is gone meanwhile is absent. */
async function recordsAt(
  db: D1Database,
  name: Name,
  organization: number,
  places: readonly Place[],
): Promise<unknown[]> {
  if (places.length === 0) return []
  const table = TABLES[name]
  const rows = await drizzle(db)
    .select({ name: nameOf(name), ...idOf(name), record: table.record })
    .from(table)
    .where(and(eq(table.organizationId, organization), isAt(name, places)))
  const records = rows.map(({ name, id, record }) => ({
    name,
    record: id === null ? record : { ...record, id },
  }))
  return inOrder(places, records).map(({ record }) => record)
}

/** A row's place as JSON. */
function nameOf(name: Name): SQL<string> {
  return sql<string>`json_array(${sql.join([...keyOf(name)], sql`, `)})`
}

function isAt(name: Name, places: readonly Place[]): SQL {
  const key = keyOf(name)
  const wanted = key.map((_, i) => sql.raw(`value ->> ${i}`))
  return sql`(${sql.join([...key], sql`, `)}) IN (
    SELECT ${sql.join(wanted, sql`, `)} FROM json_each(${JSON.stringify(places)}))`
}

function inOrder<Row extends { readonly name: string }>(
  places: readonly Place[],
  rows: readonly Row[],
): Row[] {
  const byName = new Map(rows.map((row) => [row.name, row]))
  return places.flatMap((place) => byName.get(JSON.stringify(place)) ?? [])
}

/** Rows of ledgers carry their number in the record; those of D1 have one of D1's. */
function idOf(name: Name): { readonly id: SQL<number | null> } {
  if (name === 'issuers') return { id: sql<number>`${issuers.id}` }
  if (name === 'apiClients') return { id: sql<number>`${apiClients.principalId}` }
  return { id: sql<null>`NULL` }
}
