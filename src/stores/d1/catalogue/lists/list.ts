/**
 * Lists of profiles, keys and agents. Where an index has the wanted order, a page is read up to its last row; what no index
 * has is walked in slices (slices.ts): an index of agents would be paid by every redemption.
 */
import { and, type Column, eq, gte, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { DIALECTS, type Dialect } from '../../../../core/kernel/cause.ts'
import type {
  FoundPage,
  List,
  Listed,
  ListFilters,
  ListPage,
  ListPlace,
  ListQuery,
  Order,
} from '../../../../core/search/list.ts'
import { totalOf } from '../../outbox/totals.ts'
import { agents, keys, profiles } from '../../schema/index.ts'
import { keysInState, type StateFilter } from '../key-states.ts'
import { keyOf, recordsPage } from '../records.ts'
import { profileFilter } from './filters.ts'
import { findHits, type Hit, type Rank } from './hits.ts'
import { BOUNDS, countOf, createWalks, type Sliced, type Walked } from './slices.ts'

type Name = keyof Listed
const TABLES = { profiles, keys, agents } as const

/** What a list walks, and in which order: walk after walk. */
type Plan = {
  readonly walks: readonly Walked[]
  /** Before the key, in the key's own direction; null: the walk is in the wanted order. */
  readonly rank: SQL | null
}

/** What is left of the rows that are walked. */
type Left = { readonly filter: SQL | undefined; readonly doubt: StateFilter['doubt'] }

export function createList(db: D1Database, bounds = BOUNDS, walks = createWalks()): List {
  const sliced: Sliced = { db, bounds, walks }
  return async <T extends Name>(name: T, query: ListQuery<T>, page: ListPage) => {
    const left = await leftOf(db, name, query)
    const [hits, total] = await Promise.all([
      hitsOf(sliced, planOf(name, query), left, page),
      page.isCounted ? count(sliced, name, query, left) : null,
    ])
    const shown = hits.slice(0, page.limit)
    const places = shown.map(({ place }) => place.slice(-2))
    const { bytes, read } = await recordsPage<Listed[T]>(db, name, query.organization, places, 0)
    const next = hits.length > page.limit ? (shown.at(-1)?.whole ?? null) : null
    return { bytes, read, next, total } satisfies FoundPage<Listed[T]>
  }
}

type Found = Pick<Hit, 'place'> & { readonly whole: ListPlace }

/** One more than a page has: it says whether there is a next one. A place begins with the number of its walk. */
async function hitsOf(
  sliced: Sliced,
  { walks, rank }: Plan,
  left: Left,
  { after, limit }: ListPage,
): Promise<readonly Found[]> {
  const found: Found[] = []
  const first = after ? Number(after[0]) : 0
  for (const [i, walked] of walks.entries()) {
    if (i < first || found.length > limit) continue
    const from = after && i === first ? after.slice(1) : null
    const wanted = { walked, ...left, count: limit + 1 - found.length, isCounted: false }
    const { hits } = rank
      ? await findHits(sliced, ranked({ ...wanted, rank, from }))
      : await findHits(sliced, { ...wanted, after: from, ranks: [] })
    found.push(
      ...hits.map(({ place, ranks }) => ({
        place,
        whole: [i, ...(rank ? [ranks[0] ?? 0] : []), ...place] as ListPlace,
      })),
    )
  }
  return found
}

/** All rows are walked in the order of their key, and those behind the place are compared. */
function ranked({
  rank,
  from,
  walked,
  filter,
  ...rest
}: Left & {
  readonly rank: SQL
  readonly from: ListPlace | null
  readonly walked: Walked
  readonly count: number
  readonly isCounted: boolean
}) {
  const { isDescending = false, key } = walked
  const columns = sql.join([rank, ...key], sql`, `)
  const than = sql.raw(isDescending ? '<' : '>')
  const values = from?.map((value) => (typeof value === 'number' ? sql.raw(String(value)) : sql`${value}`))
  const isBehind = values && sql`(${columns}) ${than} (${sql.join(values, sql`, `)})`
  const ranks = [rank, ...key.map((column) => sql`${column}`)].map((value): Rank => ({ value, isDescending }))
  return { ...rest, walked, filter: and(isBehind, filter), after: null, ranks }
}

function planOf<T extends Name>(name: T, query: ListQuery<T>): Plan {
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

function planOfProfiles({ organization, order }: ListQuery<'profiles'>): Plan {
  const among = and(eq(profiles.organizationId, organization), isNull(profiles.deletedAt))
  switch (order?.by) {
    case 'name':
      return { walks: [byColumn('profiles_by_name', profiles.nameFolded, among, order)], rank: null }
    case 'created_at':
      return { walks: [byColumn('profiles_by_creation', profiles.createdAt, among, order)], rank: null }
    case 'last_used_at':
      return { walks: [byNumber('profiles', among, order)], rank: lastUsed(profiles.record) }
    case undefined:
      return { walks: [byNumber('profiles', among, order)], rank: null }
  }
}

function planOfKeys(query: ListQuery<'keys'>): Plan {
  const { organization, profile, order, state, expiresBefore: below, dialect, now } = query
  const own = eq(keys.organizationId, organization)
  // Of one profile there are few, whatever the organization has.
  if (profile) {
    const walked = byNumber('keys', and(own, eq(keys.ledger, profile.ledger)), order)
    return { walks: [walked], rank: order ? rankOfKeys(order) : null }
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
  switch (order?.by) {
    case 'name':
      return { walks: [byColumn('keys_by_name', keys.nameFolded, own, order)], rank: null }
    case 'created_at':
      return { walks: [byColumn('keys_by_creation', keys.createdAt, own, order)], rank: null }
    default:
      return { walks: [byNumber('keys', own, order)], rank: order ? rankOfKeys(order) : null }
  }
}

function rankOfKeys({ by }: Order): SQL {
  switch (by) {
    case 'name':
      return sql`${keys.nameFolded}`
    case 'created_at':
      return sql`${keys.createdAt}`
    case 'expires_at':
      return sql`${keys.expiresAt}`
    case 'last_used_at':
      return lastUsed(keys.record)
  }
}

function planOfAgents({ organization, key, profile, order }: ListQuery<'agents'>): Plan {
  const of = [key, profile].map((one) => one && eq(agents.ledger, one.ledger))
  const walked = byNumber('agents', and(eq(agents.organizationId, organization), ...of), order)
  // A ledger numbers its agents in the order in which they enroll.
  const isInOrder = order === undefined || (order.by === 'created_at' && (key || profile) !== undefined)
  return { walks: [walked], rank: isInOrder ? null : rankOfAgents(order) }
}

function rankOfAgents({ by }: Order<'agents'>): SQL {
  switch (by) {
    case 'name':
      return sql`${agents.hostnameFolded}`
    case 'created_at':
      return sql`${agents.enrolledAt}`
    case 'last_used_at':
      return sql`(${agents.record} ->> '$.seenAt')`
  }
}

function lastUsed(record: Column): SQL {
  return sql`coalesce(${record} ->> '$.lastRedeemedAt', 0)`
}

async function leftOf<T extends Name>(db: D1Database, name: T, query: ListQuery<T>): Promise<Left> {
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

/** Whether a total is kept of these rows: of all profiles, and of all active agents, by dialect. */
function hasTotal<T extends Name>(name: T, query: ListQuery<T>): boolean {
  const { organization: _, now: __, order: ___, dialect: ____, ...rest } = query
  const { state, nameParts = [], tags = [], ...others } = rest as Partial<ListFilters['agents']>
  const areBare = [...nameParts, ...tags, ...Object.values(others)].every((one) => one === undefined)
  return (
    areBare && ((name === 'profiles' && state === undefined) || (name === 'agents' && state === 'active'))
  )
}

/** All rows that pass, whatever the order. */
async function count<T extends Name>(
  sliced: Sliced,
  name: T,
  query: ListQuery<T>,
  { filter, doubt }: Left,
): Promise<number> {
  if (hasTotal(name, query)) return totalOf(sliced.db, name === 'agents' ? 'agents' : 'profiles', query)
  const { walks } = planOf(name, { ...query, order: undefined })
  const counts = await Promise.all(
    walks.map(async (walked) => {
      if (!doubt) return countOf(sliced, walked, filter)
      const sure = await countOf(sliced, walked, and(filter, sql`${doubt.value} IS NULL`))
      const doubted = and(filter, sql`${doubt.value} IS NOT NULL`)
      const found = { walked, after: null, filter: doubted, ranks: [], doubt, isCounted: false }
      const { hits } = await findHits(sliced, { ...found, count: Number.MAX_SAFE_INTEGER })
      return sure + hits.length
    }),
  )
  return counts.reduce((sum, one) => sum + one, 0)
}
