/**
 * Searches by any member of a record. Parts of the name are looked up. By what else is asked for, the organization's rows are
 * walked in slices, and compared: an index for each member would be paid by every redemption.
 */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { fold } from '../../../../core/kernel/text.ts'
import type { LookUp, Search, Searched, SearchQuery } from '../../../../core/search/search.ts'
import { agents, apiClients, issuers, keys, profiles } from '../../schema/index.ts'
import { keyOf, recordsPage } from '../records.ts'
import { matches, member, NAME_MEMBER, type Name, TABLES, valueAt } from './comparisons.ts'
import { findHits, type Hit, type Rank } from './hits.ts'
import { BOUNDS, createWalks, type Sliced, type Walked } from './slices.ts'
import { type Terms, termsOf } from './terms.ts'

export function createSearch(db: D1Database, bounds = BOUNDS, walks = createWalks()): Search {
  return async <T extends keyof Searched>(name: T, query: SearchQuery) => {
    const { total, hits } = await find({ db, bounds, walks }, name, query)
    return recordsPage<Searched[T]>(db, name, query.organization, hits, total)
  }
}

/** How many records are found, and those of the page, in its order. */
async function find(
  sliced: Sliced,
  name: Name,
  query: SearchQuery,
): Promise<{ readonly total: number; readonly hits: readonly Hit[] }> {
  const filter = and(
    eq(TABLES[name].dialect, query.dialect),
    isAlive(name),
    ...query.where.map((condition) => matches(TABLES[name].search, name, condition)),
    query.text === undefined ? undefined : sql`instr(${nameIn(name)}, ${fold(query.text)}) > 0`,
  )
  const { total, hits } = await findHits(sliced, {
    walked: walkedBy(name, query),
    after: null,
    filter,
    ranks: ranksOf(name, query),
    count: query.limit === 0 ? 0 : query.offset + query.limit,
    isCounted: true,
  })
  return { total, hits: hits.slice(query.offset) }
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

function nameIn(name: Name): SQL {
  return member(TABLES[name].search, NAME_MEMBER[name])
}

function ranksOf(name: Name, { text, order }: SearchQuery): readonly Rank[] {
  const column = TABLES[name].search
  const isExact = text !== undefined && sql`${nameIn(name)} = ${fold(text)}`
  return [
    ...(isExact ? [{ value: isExact, isDescending: true }] : []),
    ...(order ? [{ value: valueAt(column, name, order.member), isDescending: order.isDescending }] : []),
  ]
}

function walkedBy(name: Name, query: SearchQuery): Walked {
  const { organization, dialect } = query
  const table = TABLES[name]
  const isOfDialect = name === 'issuers' || name === 'apiClients' ? eq(table.dialect, dialect) : undefined
  const isLive = name === 'profiles' ? isAlive(name) : undefined
  const among = and(eq(table.organizationId, organization), isOfDialect, isLive)
  return { table, key: keyOf(name), among, terms: lookedUp(name, query) }
}

/** Of its own name: what a condition's value is compared with is a part of it. */
function lookedUp(name: Name, { organization, where, text }: SearchQuery): Terms | undefined {
  if (name === 'issuers' || name === 'apiClients') return undefined
  const parts = where.flatMap(({ member: { of, name: its }, operator, value }) => {
    const isPart = ['eq', 'contains', 'starts', 'ends'].includes(operator) && of === undefined
    // A plus sign may stand for a space.
    return isPart && its === NAME_MEMBER[name] ? fold(value.trim()).split('+') : []
  })
  return termsOf(name, organization, { nameParts: text === undefined ? parts : [...parts, fold(text)] })
}
