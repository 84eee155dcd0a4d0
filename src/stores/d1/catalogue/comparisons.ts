import { type Column, type SQL, sql } from 'drizzle-orm'
import { fold } from '../../../core/kernel/text.ts'
import type { Condition, Member, Operator } from '../../../core/search/search.ts'
import { agents, apiClients, issuers, keys, profiles } from '../schema/index.ts'

/** What is searched by any member of its records. */
export const TABLES = { profiles, keys, agents, issuers, apiClients } as const
export type Name = keyof typeof TABLES

const COMPARISONS = {
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
} as const satisfies Partial<Record<Operator, SQL>>

/** A condition, as it is asked of each row. @param column what the row is searched by */
export function matches(column: Column, name: Name, condition: Condition): SQL {
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
export function valueAt(column: Column, name: Name, { of, name: wanted, kind }: Member): SQL {
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

export function member(column: Column, name: string): SQL {
  return sql`${column} ->> ${`$.${name}`}`
}
