/** Pages, order and search of every list (docs/dialects/zpa.md#lists). */
import * as z from 'zod'
import { type ReadSlice, type SizedPage, slicesOfPage } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Condition, SearchQuery } from '../../../core/search/search.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Reply, ReplyDoc } from '../../../http/route.ts'
import { type AnyCall, operationOf } from './edge.ts'
import { OfMicrotenant, ofMicrotenant } from './microtenants.ts'
import { parseSearch } from './search.ts'
import { conditionsOf, type Fields, fieldOf } from './search-fields.ts'

const DEFAULT_SIZE = 20
const MAX_SIZE = 500
const MAX_PAGE = 1_000_000

const Parameter = z.string().optional()

export const ListQuery = z.object({
  page: Parameter.meta({ description: 'From 1' }),
  pagesize: Parameter.meta({ description: `${DEFAULT_SIZE} if absent, at most ${MAX_SIZE}` }),
  pageSize: Parameter,
  search: Parameter.meta({ description: '`field operator value`, joined by AND; or a part of the name' }),
  sortBy: Parameter,
  sortdir: Parameter,
  sortDir: Parameter,
  sortOrder: Parameter,
  ...OfMicrotenant.shape,
})
export type ListInput = z.output<typeof ListQuery>

export type ListSearch = Pick<SearchQuery, 'where' | 'text' | 'order' | 'offset' | 'limit'>

/** An unknown field, or an operator that it has no use for, is refused; a page or size that is none is the default. */
export function searchOf(input: ListInput, fields: Fields): Outcome<ListSearch> {
  const search = parseSearch(input.search ?? '')
  const clauses = search?.kind === 'clauses' ? search.clauses : []
  const conditions = clauses.map((clause) => conditionsOf(clause, fields))
  const wanted = input.sortBy?.trim()
  const sorted = wanted ? fieldOf(wanted, fields) : undefined
  if (!search || conditions.includes(null)) return invalid('search')
  if (sorted === null) return invalid('sortBy')
  const limit = whole(input.pagesize ?? input.pageSize, DEFAULT_SIZE, MAX_SIZE)
  const page = whole(input.page, 1, MAX_PAGE)
  const direction = input.sortdir ?? input.sortDir ?? input.sortOrder ?? ''
  return ok({
    where: [...conditions.flatMap((its) => its ?? []), ...ofMicrotenant(input)],
    text: search.kind === 'text' ? search.text : undefined,
    // What is the same everywhere puts nothing in order.
    order:
      sorted?.kind === 'stored'
        ? { member: sorted.member, isDescending: /^desc/i.test(direction) }
        : undefined,
    offset: (page - 1) * limit,
    limit,
  })
}

/** The leading digits: a script's `20.` is twenty (docs/dialects/zpa.md#lists). */
function whole(text: string | undefined, absent: number, most: number): number {
  const digits = /^\s*(\d{1,9})/.exec(text ?? '')?.[1]
  return digits === undefined ? absent : Math.min(Math.max(Number(digits), 1), most)
}

/** What the Go SDK leaves of a name that it searches for (docs/dialects/zpa.md#search). */
const STRIPPED = /^[A-Za-z0-9\s_/.-]+$/

/** What a search finds; when that is nothing, what has the wanted name but for characters that a client stripped from it. */
export async function find<Row>(
  asked: ListSearch,
  search: (asked: ListSearch) => Promise<Outcome<SizedPage<Row>>>,
): Promise<Outcome<SizedPage<Row>>> {
  const found = await search(asked)
  if (!found.ok || found.value.count > 0 || !asked.where.some(isStrippedName)) return found
  const where = asked.where.map((condition) =>
    isStrippedName(condition) ? { ...condition, operator: 'resembles' as const } : condition,
  )
  return search({ ...asked, where })
}

function isStrippedName({ member, operator, value }: Condition): boolean {
  const isName = member.of === undefined && (member.name === 'name' || member.name === 'hostname')
  return isName && operator === 'eq' && STRIPPED.test(value)
}

/** A page of what was found, slice after slice. */
export function pageOf<Row>(
  call: AnyCall,
  asked: Pick<ListSearch, 'limit'>,
  found: SizedPage<Row>,
  format: (rows: readonly Row[]) => Promise<Outcome<readonly unknown[]>>,
): Promise<Outcome<Reply>> {
  return pageReply(call, asked, found.count, slicesOfPage(found, format))
}

/** A page of `limit` rows at most, slice after slice; the totals come first. */
export function pageReply(
  call: AnyCall,
  { limit }: Pick<ListSearch, 'limit'>,
  total: number,
  read: ReadSlice,
): Promise<Outcome<Reply>> {
  const { organization } = operationOf(call).actor
  const totals = JSON.stringify(totalsOf(total, limit)).slice(1, -1)
  const frame = { before: `{${totals},"list":[`, after: () => ']}' }
  return listReply(call.turns, { organization, limit, read, frame: async () => ok(frame) })
}

/** A list without pages. */
export function arrayReply(call: AnyCall, limit: number, read: ReadSlice): Promise<Outcome<Reply>> {
  const { organization } = operationOf(call).actor
  const frame = { before: '[', after: () => ']' }
  return listReply(call.turns, { organization, limit, read, frame: async () => ok(frame) })
}

/** A page of a list that is the same for everyone. */
export function fixedPage(total: number, limit: number, list: readonly unknown[]): Reply {
  return { status: 200, json: { ...totalsOf(total, limit), list } }
}

/** Numbers are strings here too (docs/dialects/zpa.md#numbers-and-booleans). */
function totalsOf(total: number, limit: number) {
  return { totalPages: String(Math.ceil(total / limit)), totalCount: String(total) }
}

export function documentedPage(item: z.ZodType): ReplyDoc {
  const schema = z.object({ totalPages: z.string(), totalCount: z.string(), list: z.array(item) })
  return { description: 'A page; one beyond the end is empty', schema }
}
