/**
 * Searches by any member of a record. The organization's rows are walked by their index in slices, and the rest is compared
 * with each: an index for each member would be paid by every redemption, and a customer has thousands of rows, not millions.
 */
import { and, type Column, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { fold } from '../../../core/kernel/text.ts'
import type { LookUp, Search, Searched, SearchQuery } from '../../../core/search/search.ts'
import { agents, apiClients, issuers, keys, profiles } from '../schema/index.ts'
import { matches, member, NAME_MEMBER, type Name, TABLES, valueAt } from './comparisons.ts'
import { compareValues, merged, type Value } from './order.ts'
import { bytesOf, sizedPage } from './sized-page.ts'
import { BOUNDS, createWalks, keyColumns, type Place, type Sliced, slicesOf, type Walked } from './slices.ts'

export function createSearch(db: D1Database, bounds = BOUNDS, walks = createWalks()): Search {
  return async <T extends keyof Searched>(name: T, query: SearchQuery) => {
    const { organization } = query
    const { total, places } = await find({ db, bounds, walks }, name, query)
    const sizes = await sizesAt(db, name, organization, places)
    return sizedPage(total, sizes, async (names) => {
      const its = names.map((name): Place => JSON.parse(name))
      return (await recordsAt(db, name, organization, its)) as Searched[T][]
    })
  }
}

type Hit = { readonly place: Place; readonly ranks: readonly Value[] }

/** How many records are found, and where those of the page are, in its order. */
async function find(
  sliced: Sliced,
  name: Name,
  query: SearchQuery,
): Promise<{ readonly total: number; readonly places: readonly Place[] }> {
  const walked = walkedBy(name, query)
  const ranks = ranksOf(name, query)
  const wanted = query.limit === 0 ? 0 : query.offset + query.limit
  const filter = and(
    eq(TABLES[name].dialect, query.dialect),
    isAlive(name),
    ...query.where.map((condition) => matches(TABLES[name].search, name, condition)),
    query.text === undefined ? undefined : sql`instr(${nameIn(name)}, ${fold(query.text)}) > 0`,
  )
  const columns = [
    keyColumns(walked),
    ...ranks.map(({ value }, i) => sql`${value} AS ${sql.raw(`rank${i}`)}`),
    sql`count(*) OVER () AS passing`,
  ]
  const order = [
    ...ranks.map(({ isDescending }, i) => sql.raw(`rank${i} ${isDescending ? 'DESC' : 'ASC'}`)),
    ...walked.key.map((column) => sql`${column}`),
  ]
  let total = 0
  let first: readonly Hit[] = []
  const isCountAlone = () => wanted === 0 || (ranks.length === 0 && first.length >= wanted)
  const ask = () =>
    isCountAlone()
      ? { columns: sql`count(*) AS passing`, filter, order: [] }
      : { columns: sql.join(columns, sql`, `), filter, order, limit: wanted }
  for await (const rows of slicesOf<Readonly<Record<string, Value>>>(sliced, walked, null, ask)) {
    total += Number(rows[0]?.passing ?? 0)
    if (isCountAlone()) continue
    const hits = rows.map((row) => ({
      place: walked.key.map((_, i) => Number(row[`key${i}`])),
      ranks: ranks.map((_, i) => row[`rank${i}`] ?? null),
    }))
    first = merged(first, hits, (a, b) => compareHits(a, b, ranks)).slice(0, wanted)
  }
  return { total, places: first.slice(query.offset).map(({ place }) => place) }
}

/** Rows that were deleted meanwhile are absent. */
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

/** Rows that were deleted meanwhile are absent. */
async function sizesAt(
  db: D1Database,
  name: Name,
  organization: number,
  places: readonly Place[],
): Promise<{ readonly name: string; readonly bytes: number }[]> {
  if (places.length === 0) return []
  const table = TABLES[name]
  const rows = await drizzle(db)
    .select({ name: nameOf(name), bytes: bytesOf(table.record) })
    .from(table)
    .where(and(eq(table.organizationId, organization), isAt(name, places)))
  return inOrder(places, rows)
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

export function createLookUp(db: D1Database): LookUp {
  const d1 = drizzle(db)
  const lookUp = async (
    name: 'profiles' | 'keys' | 'agents' | 'issuers',
    organization: number,
    ledger: number | null,
    numbers: readonly number[],
  ) => {
    if (numbers.length === 0) return new Map()
    const table = TABLES[name]
    const number = name === 'issuers' ? issuers.id : TABLES[name].n
    const wanted = JSON.stringify([...new Set(numbers)])
    const rows = await d1
      .select({ n: number, record: table.record })
      .from(table)
      .where(
        and(
          eq(table.organizationId, organization),
          name === 'issuers' ? undefined : eq(TABLES[name].ledger, ledger ?? 0),
          sql`${number} IN (SELECT value FROM json_each(${wanted}))`,
        ),
      )
    return new Map(rows.map(({ n, record }) => [n, name === 'issuers' ? { ...record, id: n } : record]))
  }
  return lookUp as LookUp
}

function isAlive(name: Name): SQL | undefined {
  switch (name) {
    case 'profiles':
      return isNull(profiles.deletedAt)
    case 'keys':
      return sql`${member(keys.search, 'revokedAt')} IS NULL`
    case 'agents':
      return eq(agents.state, 'active')
    case 'issuers':
      return isNull(issuers.deletedAt)
    case 'apiClients':
      return isNull(apiClients.deletedAt)
  }
}

/** Rows of ledgers carry their number in the record; those of D1 have one of D1's. */
function idOf(name: Name): { readonly id: SQL<number | null> } {
  if (name === 'issuers') return { id: sql<number>`${issuers.id}` }
  if (name === 'apiClients') return { id: sql<number>`${apiClients.principalId}` }
  return { id: sql<null>`NULL` }
}

function nameIn(name: Name): SQL {
  return member(TABLES[name].search, NAME_MEMBER[name])
}

/** What the order goes by before the key. */
type Rank = { readonly value: SQL; readonly isDescending: boolean }

function ranksOf(name: Name, { text, order }: SearchQuery): readonly Rank[] {
  const column = TABLES[name].search
  const isExact = text !== undefined && sql`${nameIn(name)} = ${fold(text)}`
  return [
    ...(isExact ? [{ value: isExact, isDescending: true }] : []),
    ...(order ? [{ value: valueAt(column, name, order.member), isDescending: order.isDescending }] : []),
  ]
}

function compareHits(a: Hit, b: Hit, ranks: readonly Rank[]): number {
  for (const [i, { isDescending }] of ranks.entries()) {
    const difference = compareValues(a.ranks[i] ?? null, b.ranks[i] ?? null)
    if (difference !== 0) return isDescending ? -difference : difference
  }
  return 0
}

function walkedBy(name: Name, { organization, dialect }: SearchQuery): Walked {
  const table = TABLES[name]
  const isOfDialect = name === 'issuers' || name === 'apiClients' ? eq(table.dialect, dialect) : undefined
  const isLive = name === 'profiles' ? isAlive(name) : undefined
  const among = and(eq(table.organizationId, organization), isOfDialect, isLive)
  return { table, key: keyOf(name), among }
}

function keyOf(name: Name): readonly Column[] {
  if (name === 'issuers') return [issuers.id]
  if (name === 'apiClients') return [apiClients.principalId]
  return [TABLES[name].ledger, TABLES[name].n]
}
