import { type Column, type SQL, sql } from 'drizzle-orm'
import { fold } from '../../../../core/kernel/text.ts'
import type { Condition, Member, Operator } from '../../../../core/search/search.ts'
import { agents, apiClients, issuers, keys, profiles } from '../../schema/index.ts'

/** What is searched by any member of its records. */
export const TABLES = { profiles, keys, agents, issuers, apiClients } as const
export type Name = keyof typeof TABLES

/** What a record is called by. */
export const NAME_MEMBER = {
  profiles: 'name',
  keys: 'name',
  agents: 'hostname',
  issuers: 'name',
  apiClients: 'name',
} as const satisfies Record<Name, string>

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
      return sql`instr(${asText(column, name, of)}, ${text}) > 0`
    case 'starts':
      return sql`substr(${asText(column, name, of)}, 1, ${length(text)}) = ${text}`
    case 'ends':
      return sql`substr(${asText(column, name, of)}, ${-length(text)}) = ${text}`
    case 'resembles':
      return resembles(member(TABLES[name].record, of.name), text)
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      const number = isNumeric(of) ? numberOf(text, of) : null
      return number === null
        ? sql`${asText(column, name, of)} ${COMPARISONS[operator]} ${text}`
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
    const number = numberOf(text, of)
    return number === null ? sql`0` : sql`${value} = ${number}`
  }
  const spaced = text.replaceAll('+', ' ').trim()
  return spaced === text ? sql`${value} = ${text}` : sql`${value} IN (${text}, ${spaced})`
}

function isNumeric({ kind }: Member): boolean {
  return kind === 'number' || kind === 'seconds' || kind === 'decimal'
}

function numberOf(text: string, { kind }: Member): number | null {
  const pattern = kind === 'decimal' ? /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/ : /^-?[0-9]{1,15}$/
  return pattern.test(text) ? Number(text) : null
}

function asText(column: Column, name: Name, of: Member): SQL {
  if (of.kind === 'decimal') return valueAt(column, name, { ...of, kind: 'text' })
  const value = valueAt(column, name, of)
  if (of.kind === 'boolean') return sql`iif(${value}, 'true', 'false')`
  return of.kind === 'text' ? value : sql`CAST(${value} AS TEXT)`
}

/** Other characters than these are left out of a text that is compared with one that has none. GLOB compares case. */
const KEPT = sql.raw(`'[A-Za-z0-9 _/.' || char(9, 10, 13) || '-]'`)
const OTHERS = sql.raw(`'*[^A-Za-z0-9 _/.' || char(9, 10, 13) || '-]*'`)

/** @param text folded, and of no such characters */
function resembles(value: SQL, text: string): SQL {
  const kept = sql`(WITH RECURSIVE kept (at, rest) AS (
      SELECT 1, '' UNION ALL
      SELECT at + 1, rest || iif(substr(${value}, at, 1) GLOB ${KEPT}, substr(${value}, at, 1), '')
      FROM kept WHERE at <= length(${value}))
    SELECT rest FROM kept ORDER BY at DESC LIMIT 1)`
  // Few texts have others, and only those are taken apart.
  return sql`iif(${value} GLOB ${OTHERS}, trim(lower(${kept})) = ${text}, 0)`
}

/** SQLite counts code points. */
function length(text: string): number {
  return [...text].length
}

/** The member of the row, or of what the row belongs to. */
export function valueAt(column: Column, name: Name, { of, name: wanted, kind, byDefault }: Member): SQL {
  const own = of === undefined ? ownValue(column, name, wanted) : sql`(${owner(name, of, wanted)})`
  const raw = byDefault === undefined ? own : sql`coalesce(${own}, ${byDefault ? 1 : 0})`
  if (kind === 'decimal') return sql`CAST(${raw} AS REAL)`
  // A text of nothing, and the time of what has not begun, are shown as absent.
  if (kind === 'seconds') return sql`nullif(${raw} / 1000, 0)`
  return kind === 'text' ? sql`nullif(${raw}, '')` : raw
}

/** What D1 numbers has its number in a column, and not in the record. */
function ownValue(column: Column, name: Name, wanted: string): SQL {
  if (wanted === 'id' && name === 'issuers') return sql`${issuers.id}`
  if (wanted === 'id' && name === 'apiClients') return sql`${apiClients.principalId}`
  return member(column, wanted)
}

function owner(name: Name, of: NonNullable<Member['of']>, wanted: string): SQL {
  if (of === 'issuer') {
    const id =
      name === 'agents' ? sql`(${owner(name, 'key', 'issuer')})` : member(TABLES[name].search, 'issuer')
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
