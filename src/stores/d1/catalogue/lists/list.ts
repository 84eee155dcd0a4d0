/** Lists of profiles, keys and agents: their pages and their totals. */
import { and, type SQL, sql } from 'drizzle-orm'
import type {
  FoundPage,
  List,
  Listed,
  ListFilters,
  ListPage,
  ListPlace,
  ListQuery,
} from '../../../../core/search/list.ts'
import { recordsPage } from '../records.ts'
import { findHits, type Hit, type Rank } from './hits.ts'
import { keptTotal } from './kept-total.ts'
import { type Left, leftOf } from './left.ts'
import { countedPlanOf, type Plan, planOf } from './plan.ts'
import { BOUNDS, type Bounds, createWalks, type Sliced, type Walked } from './slices.ts'
import { countOf } from './walk.ts'

type Name = keyof Listed

export function createList(db: D1Database, bounds = BOUNDS, walks = createWalks()): List {
  const sliced: Sliced = { db, bounds, walks }
  return async <T extends Name>(name: T, query: ListQuery<T>, page: ListPage) => {
    const left = await leftOf(db, name, query)
    const kept =
      page.isCounted && hasTotal(name, query)
        ? keptTotal(db, name === 'agents' ? 'agents' : 'profiles', query)
        : null
    const few = passesMost(name, query) ? { ...sliced, bounds: boundsFor(bounds, page.limit) } : sliced
    const its = kept ? { ...few, companion: kept.companion } : few
    const [hits, counted] = await Promise.all([
      planOf(db, name, query, page.after).then((plan) => hitsOf(its, plan, left, page)),
      page.isCounted && !kept ? count(sliced, name, query, left) : null,
    ])
    const total = kept ? kept.total() : counted
    const shown = hits.slice(0, page.limit)
    const { bytes, read } = recordsPage<Listed[T]>(db, name, query.organization, shown, 0)
    const next = hits.length > page.limit ? (shown.at(-1)?.whole ?? null) : null
    return { bytes, read, next, total } satisfies FoundPage<Listed[T]>
  }
}

/** A slice is looked for with its end, and each row up to there is read: where few are left out, a page needs few more. */
const ROWS_OF_A_ROW = 4

function boundsFor(bounds: Bounds, limit: number): Bounds {
  return { ...bounds, first: Math.min(bounds.first, ROWS_OF_A_ROW * (limit + 1)) }
}

/** Whether nothing is asked for that may leave out most of the rows that are walked. */
function passesMost<T extends Name>(name: T, query: ListQuery<T>): boolean {
  if (name !== 'keys') return false
  const {
    organization: _,
    now: __,
    withDecoys: ___,
    order,
    dialect,
    profile,
    state,
    ...rest
  } = query as ListQuery<'keys'>
  const { nameParts = [], tags = [], ...others } = rest
  const isWalkedByState = state === undefined || (state === 'usable' && order === undefined)
  const isBare = [dialect, profile, ...nameParts, ...tags, ...Object.values(others)].every(
    (one) => one === undefined,
  )
  return isWalkedByState && isBare && order?.by !== 'last_used_at'
}

type Found = Pick<Hit, 'place' | 'bytes'> & { readonly whole: ListPlace }

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
      ...hits.map(({ place, ranks, bytes }) => ({
        place: place.slice(-2),
        bytes,
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

/** Whether a total is kept of these rows: of all profiles, and of all active agents, by dialect. */
function hasTotal<T extends Name>(name: T, query: ListQuery<T>): boolean {
  const { organization: _, now: __, order: ___, dialect: ____, ...rest } = query
  const { state, nameParts = [], tags = [], ...others } = rest as Partial<ListFilters['agents']>
  const areBare = [...nameParts, ...tags, ...Object.values(others)].every((one) => one === undefined)
  return (
    areBare && ((name === 'profiles' && state === undefined) || (name === 'agents' && state === 'active'))
  )
}

/** All rows that pass, whatever the order; no total is kept of them. */
async function count<T extends Name>(
  sliced: Sliced,
  name: T,
  query: ListQuery<T>,
  { filter, doubt }: Left,
): Promise<number> {
  const { walks } = countedPlanOf(name, query)
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
