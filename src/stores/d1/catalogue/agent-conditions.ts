import { type SQL, sql } from 'drizzle-orm'
import type { AgentCondition, AgentMember } from '../../../core/search/catalogue.ts'
import { agents } from '../schema/index.ts'

/** How many numbers of a version are compared. */
const VERSION_PARTS = 6

/**
 * As it is asked of each row.
 * @param narrow what has an agent's attributes and grant; the rest is in the record, which may be long
 */
export function agentCondition(condition: AgentCondition, narrow: SQL): SQL {
  const text = (member: AgentMember) => sql`(${columnOf(member, narrow)} ->> ${pathOf(member)})`
  switch (condition.kind) {
    case 'one_of': {
      const { member, values, absent } = condition
      const value = absent === undefined ? text(member) : sql`coalesce(${text(member)}, ${literal(absent)})`
      const wanted = JSON.stringify(values.map(literal))
      return sql`${value} IN (SELECT value FROM json_each(${wanted}))`
    }
    case 'contains': {
      const { member, folded } = condition
      // SQLite's lower() knows ASCII only.
      const lower = sql`lower(${text(member)})`
      const value = folded ? sql`coalesce(${text(folded)}, ${lower})` : lower
      return sql`instr(${value}, ${condition.text}) > 0`
    }
    case 'item_contains': {
      const { list, name } = condition
      const items = sql`json_each(${columnOf(list, narrow)}, ${pathOf(list)}) AS item`
      return sql`EXISTS (SELECT 1 FROM ${items} WHERE item.type = 'object'
        AND instr(lower(item.value ->> ${path(name)}), ${condition.text}) > 0)`
    }
    case 'between':
      return sql`${text(condition.member)} BETWEEN ${number(condition.least ?? 0)} AND ${number(condition.most ?? Number.MAX_SAFE_INTEGER)}`
    case 'any': {
      const joined = (parts: readonly SQL[], by: SQL) => sql`(${sql.join([...parts], by)})`
      const all = condition.of.map((list) =>
        joined(
          list.map((one) => agentCondition(one, narrow)),
          sql` AND `,
        ),
      )
      return joined(all, sql` OR `)
    }
    case 'version':
      return versionBetween(text(condition.member), condition)
  }
}

/** A version is read as a JSON array: what is none is NULL, and passes nothing. */
function versionBetween(
  version: SQL,
  { least, most }: Pick<Extract<AgentCondition, { kind: 'version' }>, 'least' | 'most'>,
): SQL {
  const array = sql`('[' || replace(replace(${version}, '.', ','), '-', ',') || ']')`
  const isVersion = sql`${version} GLOB '[0-9]*' AND ${version} NOT GLOB '*[^0-9.-]*' AND json_valid(${array})`
  const parts = Array.from({ length: VERSION_PARTS }, (_, i) => i)
  const its = parts.map((i) => sql`coalesce(${array} ->> ${number(i)}, 0)`)
  const bound = (numbers: readonly number[]) =>
    sql`(${sql.join(
      parts.map((i) => number(numbers[i] ?? 0)),
      sql`, `,
    )})`
  const row = sql`(${sql.join(its, sql`, `)})`
  const conditions = [
    sql`1`,
    least === undefined ? undefined : sql`${row} >= ${bound(least)}`,
    most === undefined ? undefined : sql`${row} <= ${bound(most)}`,
  ].filter((one) => one !== undefined)
  // CASE asks in this order; AND might not.
  return sql`CASE WHEN ${isVersion} THEN ${sql.join(conditions, sql` AND `)} ELSE 0 END`
}

function columnOf(member: AgentMember, narrow: SQL): SQL {
  return member !== 'seenAt' && member.of !== 'facts' ? narrow : sql`${agents.record}`
}

function pathOf(member: AgentMember): SQL {
  if (member === 'seenAt') return path('seenAt')
  return path(member.of === 'values' ? `grant.values.${member.name}` : `${member.of}.${member.name}`)
}

/** Names are the dialect's own words. Neither they nor numbers are bound: D1 binds 100 values at most. */
function path(names: string): SQL {
  if (!/^[a-z_.]+$/i.test(names)) throw new Error('the name of a member has letters only')
  return sql.raw(`'$.${names}'`)
}

function number(value: number): SQL {
  return sql.raw(String(Math.trunc(value)))
}

/** SQLite has no booleans. */
function literal(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? Number(value) : value
}
