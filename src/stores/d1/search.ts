/**
 * Searches by any member of a record. The organization's rows are walked by their index, and the rest is compared with
 * each: an index for each member would be paid by every redemption, and a customer has thousands of rows, not millions.
 */
import { and, asc, type Column, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type {
  Condition,
  LookUp,
  Member,
  Operator,
  Search,
  SearchAgents,
  Searched,
  SearchQuery,
} from '../../core/search/search.ts'
import { fold } from '../../core/text.ts'
import { agents, apiClients, issuers, keys, profiles } from './schema.ts'
import { bytesOf, sizedPage } from './sized-page.ts'

const TABLES = { profiles, keys, agents, issuers, apiClients } as const
type Name = keyof typeof TABLES

export function createSearch(db: D1Database): Search {
  const d1 = drizzle(db)
  const search = async (name: Name, query: SearchQuery) => {
    const table = TABLES[name]
    const where = isFound(name, query)
    const total = await d1.$count(table, where)
    const rows = await d1
      .select({ ...idOf(name), record: table.record })
      .from(table)
      .where(where)
      .orderBy(...orderOf(name, query))
      .limit(query.limit)
      .offset(query.offset)
    const items = rows.map(({ id, record }) => (id === null ? record : { ...record, id }))
    return { total, items }
  }
  return <T extends keyof Searched>(name: T, query: SearchQuery) =>
    search(name, query) as unknown as ReturnType<Search> as Promise<{
      total: number
      items: readonly Searched[T][]
    }>
}

export function createSearchAgents(db: D1Database): SearchAgents {
  const d1 = drizzle(db)
  return async (query) => {
    const where = isFound('agents', query)
    const order = orderOf('agents', query)
    const [count, sizes] = await Promise.all([
      d1.$count(agents, where),
      d1
        .select({
          name: sql<string>`json_array(${agents.ledger}, ${agents.n})`,
          bytes: bytesOf(agents.record),
        })
        .from(agents)
        .where(where)
        .orderBy(...order)
        .limit(query.limit)
        .offset(query.offset),
    ])
    return sizedPage(count, sizes, async (names) => {
      const wanted = sql`(${agents.ledger}, ${agents.n}) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(${`[${names.join(',')}]`}))`
      const rows = await d1
        .select({ record: agents.record })
        .from(agents)
        .where(and(eq(agents.organizationId, query.organization), wanted))
        .orderBy(...order)
      return rows.map(({ record }) => record)
    })
  }
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

function isFound(name: Name, query: SearchQuery): SQL | undefined {
  const table = TABLES[name]
  return and(
    eq(table.organizationId, query.organization),
    eq(table.dialect, query.dialect),
    isAlive(name),
    ...query.where.map((condition) => matches(table.search, name, condition)),
    query.text === undefined
      ? undefined
      : sql`instr(${member(table.search, 'name')}, ${fold(query.text)}) > 0`,
  )
}

function isAlive(name: Name): SQL | undefined {
  switch (name) {
    case 'profiles':
      return isNull(profiles.deletedAt)
    case 'keys':
      return sql`${keys.record} ->> '$.revokedAt' IS NULL`
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

function orderOf(name: Name, { text, order }: SearchQuery): SQL[] {
  const table = TABLES[name]
  const exactFirst = text === undefined ? [] : [desc(sql`${member(table.search, 'name')} = ${fold(text)}`)]
  const wanted = order && valueAt(table.search, name, order.member)
  const sorted = wanted ? [order.isDescending ? desc(wanted) : asc(wanted)] : []
  return [...exactFirst, ...sorted, ...numbersOf(name).map((column) => asc(column))]
}

function numbersOf(name: Name): readonly Column[] {
  if (name === 'issuers') return [issuers.id]
  if (name === 'apiClients') return [apiClients.principalId]
  return [TABLES[name].ledger, TABLES[name].n]
}

const COMPARISONS = {
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
} as const satisfies Partial<Record<Operator, SQL>>

function matches(column: Column, name: Name, condition: Condition): SQL {
  const { operator, member: of } = condition
  const value = valueAt(column, name, of)
  const text = fold(condition.value.trim())
  switch (operator) {
    case 'eq':
      return equals(value, of, text)
    case 'ne':
      return sql`NOT coalesce(${equals(value, of, text)}, 0)`
    case 'contains':
      return sql`instr(${asText(value, of)}, ${text}) > 0`
    case 'starts':
      return sql`substr(${asText(value, of)}, 1, ${length(text)}) = ${text}`
    case 'ends':
      return sql`substr(${asText(value, of)}, ${-length(text)}) = ${text}`
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      const number = isNumeric(of) ? numberOf(text) : null
      return number === null
        ? sql`${asText(value, of)} ${COMPARISONS[operator]} ${text}`
        : sql`${value} ${COMPARISONS[operator]} ${number}`
    }
  }
}

/** A double-encoded value still has plus signs for its spaces. */
function equals(value: SQL, of: Member, text: string): SQL {
  if (of.kind === 'boolean') {
    return text === 'true' || text === 'false' ? sql`${value} = ${text === 'true' ? 1 : 0}` : sql`0`
  }
  if (isNumeric(of)) {
    const number = numberOf(text)
    return number === null ? sql`0` : sql`${value} = ${number}`
  }
  const spaced = text.replaceAll('+', ' ').trim()
  return spaced === text ? sql`${value} = ${text}` : sql`${value} IN (${text}, ${spaced})`
}

function isNumeric({ kind }: Member): boolean {
  return kind === 'number' || kind === 'seconds'
}

function numberOf(text: string): number | null {
  return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : null
}

function asText(value: SQL, { kind }: Member): SQL {
  if (kind === 'boolean') return sql`iif(${value}, 'true', 'false')`
  return kind === 'text' ? value : sql`CAST(${value} AS TEXT)`
}

/** SQLite counts code points. */
function length(text: string): number {
  return [...text].length
}

/** The member of the row, or of what the row belongs to. */
function valueAt(column: Column, name: Name, { of, name: wanted, kind }: Member): SQL {
  const raw = of === undefined ? member(column, wanted) : sql`(${owner(name, of, wanted)})`
  return kind === 'seconds' ? sql`(${raw} / 1000)` : raw
}

function owner(name: Name, of: NonNullable<Member['of']>, wanted: string): SQL {
  if (of === 'issuer') {
    const id = member(TABLES[name].search, 'issuer')
    return sql`SELECT ${member(issuers.search, wanted)} FROM ${issuers} WHERE ${issuers.id} = ${id}`
  }
  const table = TABLES[of === 'profile' ? 'profiles' : 'keys']
  const row = name === 'agents' ? agents : keys
  const n = of === 'profile' ? row.profile : agents.key
  return sql`SELECT ${member(table.search, wanted)} FROM ${table} WHERE ${table.ledger} = ${row.ledger} AND ${table.n} = ${n}`
}

function member(column: Column, name: string): SQL {
  return sql`${column} ->> ${`$.${name}`}`
}
