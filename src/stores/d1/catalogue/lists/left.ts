/** What filters leave of the rows of a list. */
import { and, type Column, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import type { Listed, ListFilters, ListQuery } from '../../../../core/search/list.ts'
import { agents, keys, profiles } from '../../schema/index.ts'
import { keysInState, type StateFilter } from '../key-states.ts'
import { profileFilter } from './filters.ts'

type Name = keyof Listed

/** What is left of the rows that are walked. */
export type Left = { readonly filter: SQL | undefined; readonly doubt: StateFilter['doubt'] }

export async function leftOf<T extends Name>(db: D1Database, name: T, query: ListQuery<T>): Promise<Left> {
  switch (name) {
    case 'profiles':
      return leftOfProfiles(db, query as ListQuery<'profiles'>)
    case 'keys':
      return leftOfKeys(query as ListQuery<'keys'>)
    default:
      return { filter: leftOfAgents(query as ListQuery<'agents'>), doubt: undefined }
  }
}

async function leftOfProfiles(db: D1Database, query: ListQuery<'profiles'>): Promise<Left> {
  const { organization, within, isEnabled, usedSince } = query
  const filter = and(
    common(query, profiles.dialect, profiles.nameFolded, profiles.record),
    isEnabled === undefined ? undefined : sql`(${profiles.record} ->> '$.isEnabled') = ${Number(isEnabled)}`,
    usedSince === undefined ? undefined : sql`${lastUsed(profiles.record)} >= ${usedSince}`,
    await profileFilter(db, { organization, within }),
  )
  return { filter, doubt: undefined }
}

function leftOfKeys(query: ListQuery<'keys'>): Left {
  const { profile, state, expiresBefore, usedSince, withDecoys, now } = query
  const inState = state && keysInState(state, now)
  const filter = and(
    common(query, keys.dialect, keys.nameFolded, keys.record),
    profile && eq(keys.profile, profile.n),
    withDecoys ? undefined : sql`${keys.record} ->> '$.rules.isDecoy' IS NOT 1`,
    expiresBefore === undefined ? undefined : sql`+${keys.expiresAt} < ${expiresBefore}`,
    usedSince === undefined ? undefined : sql`${lastUsed(keys.record)} >= ${usedSince}`,
    inState?.filter,
  )
  return { filter, doubt: inState?.doubt }
}

function leftOfAgents(query: ListQuery<'agents'>): SQL | undefined {
  const { key, profile, state, since, until, usedSince } = query
  return and(
    common(query, agents.dialect, agents.hostnameFolded, agents.record),
    key && eq(agents.key, key.n),
    profile && eq(agents.profile, profile.n),
    state && eq(agents.state, state),
    since === undefined ? undefined : gte(agents.enrolledAt, since),
    until === undefined ? undefined : lt(agents.enrolledAt, until),
    usedSince === undefined ? undefined : sql`(${agents.record} ->> '$.seenAt') >= ${usedSince}`,
  )
}

function common(
  { dialect, nameParts = [], tags = [] }: Pick<ListFilters['keys'], 'dialect' | 'nameParts' | 'tags'>,
  dialectColumn: Column,
  name: Column,
  record: Column,
): SQL | undefined {
  return and(
    dialect && eq(dialectColumn, dialect),
    // No LIKE: see platform limits.
    ...nameParts.map((part) => sql`instr(${name}, ${part}) > 0`),
    ...tags.map(({ name: tag, value }) => {
      const its = sql`(${record} ->> ${`$.tags."${tag}"`})`
      return value === undefined ? sql`${its} IS NOT NULL` : sql`${its} = ${value}`
    }),
  )
}

export function lastUsed(record: Column): SQL {
  return sql`coalesce(${record} ->> '$.lastRedeemedAt', 0)`
}
