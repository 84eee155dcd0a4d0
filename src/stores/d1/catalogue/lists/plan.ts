/**
 * Which rows a list walks, and in which order. Where an index has the wanted order, a page is read up to its last row. Parts of
 * names and labels are looked up in the index of terms, but for those that so many rows have that the order finds them sooner.
 */
import { and, type Column, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { DIALECTS, type Dialect } from '../../../../core/kernel/cause.ts'
import type { Listed, ListFilters, ListPlace, ListQuery, Order, Sort } from '../../../../core/search/list.ts'
import { agents, keys, profiles } from '../../schema/index.ts'
import { keyOf } from '../records.ts'
import { lastUsed } from './left.ts'
import type { Walked } from './slices.ts'
import { INDEXES, type Terms, termsOf } from './terms.ts'

type Name = keyof Listed
const TABLES = { profiles, keys, agents } as const

/** What a list walks, and in which order: walk after walk. */
export type Plan = {
  readonly walks: readonly Walked[]
  /** Before the key, in the key's own direction; null: the walk is in the wanted order. */
  readonly rank: SQL | null
}

/** Of a row in the order of its number: its walk, ledger and number. */
const PLACE_BY_NUMBER = 3
/** Documents that are all read to put their rows in an order. */
const MAX_SORTED = 1_000

/**
 * @param db asked how many rows have what is looked up, where it matters
 * @param after the place of a page before: it was read by the same plan, or by one with the same places
 */
export async function planOf<T extends Name>(
  db: D1Database,
  name: T,
  query: ListQuery<T>,
  after: ListPlace | null,
): Promise<Plan> {
  const plan = orderedPlanOf(name, query)
  const terms = lookedUp(name, query)
  if (!terms) return plan
  const byTerms = planByTerms(name, query, terms)
  if (plan.walks[0]?.index === byTerms.walks[0]?.index) return { ...byTerms, rank: plan.rank }
  if (after && !query.order) return after.length === PLACE_BY_NUMBER ? byTerms : plan
  return (await areAtMost(db, terms, MAX_SORTED)) ? byTerms : plan
}

/** All that is looked up, whatever the order of its rows, to be counted. */
export function countedPlanOf<T extends Name>(name: T, query: ListQuery<T>): Plan {
  const terms = lookedUp(name, query)
  return terms ? planByTerms(name, query, terms) : orderedPlanOf(name, { ...query, order: undefined })
}

/** Whether at most that many documents have the terms. */
async function areAtMost(db: D1Database, { listed, match }: Terms, count: number): Promise<boolean> {
  const { table } = INDEXES[listed]
  const found = await db
    .prepare(
      `SELECT count(*) AS found FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${count + 1})`,
    )
    .bind(match)
    .first<number>('found')
  return Number(found) <= count
}

function planByTerms<T extends Name>(name: T, query: ListQuery<T>, terms: Terms): Plan {
  const { order } = query
  const bare = {
    ...query,
    order: undefined,
    state: undefined,
    isEnabled: undefined,
    expiresBefore: undefined,
  }
  const walks = orderedPlanOf(name, bare).walks.map((walked) => ({
    ...walked,
    isDescending: order?.isDescending ?? false,
    terms,
  }))
  return { walks, rank: order ? rankOf(name, order) : null }
}

/** What the index of terms has of a query; undefined: nothing, or fewer rows are walked without it. */
function lookedUp<T extends Name>(name: T, query: ListQuery<T>): Terms | undefined {
  const { organization, key, profile } = query as ListQuery<'agents'>
  // Of one profile there are few keys.
  if (name === 'keys' && profile) return undefined
  return termsOf(name, organization, {
    ...(query as ListFilters['agents']),
    ledger: (key ?? profile)?.ledger,
  })
}

function orderedPlanOf<T extends Name>(name: T, query: ListQuery<T>): Plan {
  switch (name) {
    case 'profiles':
      return planOfProfiles(query as ListQuery<'profiles'>)
    case 'keys':
      return planOfKeys(query as ListQuery<'keys'>)
    default:
      return planOfAgents(query as ListQuery<'agents'>)
  }
}

/** The order of its age in its ledger, ledger by ledger. */
function byNumber(name: Name, among: SQL | undefined, order: Order | undefined): Walked {
  const isDescending = order?.isDescending ?? false
  return { table: TABLES[name], key: keyOf(name), among, isDescending, index: `${name}_of_organization` }
}

function byColumn(index: string, column: Column, among: SQL | undefined, order: Order): Walked {
  const name = index.startsWith('keys') ? 'keys' : 'profiles'
  return { ...byNumber(name, among, order), key: [column, ...keyOf(name)], index }
}

/** By number; of one dialect, by an index that has no others. */
function byDialect(
  name: 'profiles' | 'keys',
  among: SQL | undefined,
  order: Order | undefined,
  dialect: Dialect | undefined,
): Walked {
  if (dialect === undefined) return byNumber(name, among, order)
  const isOfIt = and(among, eq(TABLES[name].dialect, dialect))
  return { ...byNumber(name, isOfIt, order), index: `${name}_of_dialect` }
}

/** Those that are disabled, by number; by a condition that the index repeats word for word. */
function disabled(name: 'profiles' | 'keys', among: SQL | undefined): Plan {
  const isDisabled = sql`${TABLES[name].record} ->> '$.isEnabled' = 0`
  const walked = { ...byNumber(name, and(among, isDisabled), undefined), index: `${name}_disabled` }
  return { walks: [walked], rank: null }
}

function planOfProfiles({ organization, order, isEnabled, dialect }: ListQuery<'profiles'>): Plan {
  const among = and(eq(profiles.organizationId, organization), isNull(profiles.deletedAt))
  if (isEnabled === false && order === undefined) return disabled('profiles', among)
  switch (order?.by) {
    case 'name':
      return { walks: [byColumn('profiles_by_name', profiles.nameFolded, among, order)], rank: null }
    case 'created_at':
      return { walks: [byColumn('profiles_by_creation', profiles.createdAt, among, order)], rank: null }
    case 'last_used_at':
      return { walks: [byDialect('profiles', among, order, dialect)], rank: lastUsed(profiles.record) }
    case undefined:
      return { walks: [byDialect('profiles', among, order, dialect)], rank: null }
  }
}

function planOfKeys(query: ListQuery<'keys'>): Plan {
  const { organization, profile, order, state, expiresBefore: below, dialect, now } = query
  const own = eq(keys.organizationId, organization)
  // Of one profile there are few, whatever the organization has.
  if (profile) {
    const walked = byNumber('keys', and(own, eq(keys.ledger, profile.ledger)), order)
    return { walks: [walked], rank: order ? rankOf('keys', order) : null }
  }
  const dialects = dialect === undefined ? (Object.keys(DIALECTS) as Dialect[]) : [dialect]
  const isByExpiry = order?.by === 'expires_at'
  if (state === 'usable' && (order === undefined || (isByExpiry && dialects.length === 1))) {
    const range = { above: now, below }
    const by = order ?? { by: 'expires_at', isDescending: false }
    const walks = dialects.map((one) => {
      const among = and(own, eq(keys.dialect, one), sql`${keys.isLive} = 1`)
      return { ...byColumn('keys_live', keys.expiresAt, among, by), range }
    })
    return { walks, rank: null }
  }
  if (isByExpiry || (order === undefined && below !== undefined)) {
    const by = order ?? { by: 'expires_at', isDescending: false }
    const range = { below, above: state === 'usable' ? now : undefined }
    return { walks: [{ ...byColumn('keys_by_expiry', keys.expiresAt, own, by), range }], rank: null }
  }
  if (state === 'disabled' && order === undefined) return disabled('keys', own)
  switch (order?.by) {
    case 'name':
      return { walks: [byColumn('keys_by_name', keys.nameFolded, own, order)], rank: null }
    case 'created_at':
      return { walks: [byColumn('keys_by_creation', keys.createdAt, own, order)], rank: null }
    default:
      return { walks: [byDialect('keys', own, order, dialect)], rank: order ? rankOf('keys', order) : null }
  }
}

function planOfAgents({ organization, key, profile, order }: ListQuery<'agents'>): Plan {
  const of = [key, profile].map((one) => one && eq(agents.ledger, one.ledger))
  const walked = byNumber('agents', and(eq(agents.organizationId, organization), ...of), order)
  // A ledger numbers its agents in the order in which they enroll.
  const isInOrder = order === undefined || (order.by === 'created_at' && (key || profile) !== undefined)
  return { walks: [walked], rank: isInOrder ? null : rankOf('agents', order) }
}

function rankOf(name: Name, { by }: Order): SQL {
  if (name === 'agents') return rankOfAgents(by as Sort<'agents'>)
  const table = TABLES[name]
  switch (by) {
    case 'name':
      return sql`${table.nameFolded}`
    case 'created_at':
      return sql`${table.createdAt}`
    case 'expires_at':
      return sql`${keys.expiresAt}`
    case 'last_used_at':
      return lastUsed(table.record)
  }
}

function rankOfAgents(by: Sort<'agents'>): SQL {
  switch (by) {
    case 'name':
      return sql`${agents.hostnameFolded}`
    case 'created_at':
      return sql`${agents.enrolledAt}`
    case 'last_used_at':
      return sql`(${agents.record} ->> '$.seenAt')`
  }
}
