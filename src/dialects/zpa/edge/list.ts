/** Pages, order and search of every list (docs/dialects/zpa.md#lists). Pure. */
import * as z from 'zod'
import type { ReadSlice } from '../../../core/kernel/list-slices.ts'
import { invalid, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Turns } from '../../../core/kernel/turns.ts'
import type { Condition, Member, Operator, SearchQuery } from '../../../core/search/search.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Reply, ReplyDoc } from '../../../http/route.ts'
import { parseActor } from './actors.ts'
import { type Clause, parseSearch, type Operator as Word } from './search.ts'

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
  microtenantId: Parameter.meta({ description: '0: the default one; absent or null: all' }),
})
export type ListInput = z.output<typeof ListQuery>

/** What a list can be searched and sorted by: a member of the wire, and what it is in the record. */
export type Field = {
  readonly member: Member
  /** A value of the wire as the record has it: a name for it, of which no part means anything, nor its order. */
  readonly stored?: (value: string) => string
}
export type Fields = Readonly<Record<string, Field>>

const OPERATORS = {
  EQ: 'eq',
  NE: 'ne',
  GT: 'gt',
  GE: 'ge',
  LT: 'lt',
  LE: 'le',
  CONTAINS: 'contains',
  STARTSWITH: 'starts',
  ENDSWITH: 'ends',
} as const satisfies Record<Word, Operator>

export type ListSearch = Pick<SearchQuery, 'where' | 'text' | 'order' | 'offset' | 'limit'>

/** An unknown field, or an operator that it has no use for, is refused (choice L); a page or size that is none is the default (choice M). */
export function searchOf(input: ListInput, fields: Fields): Outcome<ListSearch> {
  const search = parseSearch(input.search ?? '')
  const clauses = search?.kind === 'clauses' ? search.clauses : []
  const conditions = clauses.map((clause) => conditionOf(clause, fields))
  const sorted = input.sortBy?.trim() ? fieldOf(input.sortBy.trim(), fields) : undefined
  if (!search || conditions.includes(null)) return invalid('search')
  if (sorted === null) return invalid('sortBy')
  const limit = whole(input.pagesize ?? input.pageSize, DEFAULT_SIZE, MAX_SIZE)
  const page = whole(input.page, 1, MAX_PAGE)
  const direction = input.sortdir ?? input.sortDir ?? input.sortOrder ?? ''
  return ok({
    where: [...conditions.filter((condition) => condition !== null), ...microtenant(input)],
    text: search.kind === 'text' ? search.text : undefined,
    order: sorted && { member: sorted.member, isDescending: /^desc/i.test(direction) },
    offset: (page - 1) * limit,
    limit,
  })
}

export const is = (name: string, value: string): Condition => ({
  member: { name, kind: 'text' },
  operator: 'eq',
  value,
})

export const OfMicrotenant = ListQuery.pick({ microtenantId: true })

/** In which one something is made: the query's counts before the body's (docs/dialects/zpa.md#microtenants). */
export function microtenantIn(
  { microtenantId = '' }: z.output<typeof OfMicrotenant>,
  body: string | undefined,
): string | undefined {
  const id = microtenantId.trim()
  return /^[0-9]{1,19}$/.test(id) ? id : body
}

/** `null` and nothing ask for all (docs/dialects/zpa.md#microtenants). */
function microtenant({ microtenantId = '' }: ListInput): readonly Condition[] {
  const id = microtenantId.trim()
  return id === '' || id === 'null' ? [] : [is('microtenantId', id)]
}

function conditionOf({ field, operator, value }: Clause, fields: Fields): Condition | null {
  const known = fieldOf(field, fields)
  if (!known) return null
  const { member, stored } = known
  if (stored && operator !== 'EQ' && operator !== 'NE') return null
  return { member, operator: OPERATORS[operator], value: stored ? stored(value) : value }
}

function fieldOf(name: string, fields: Fields): Field | null {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
}

/** The leading digits: a script's `20.` is twenty (docs/dialects/zpa.md#lists). */
function whole(text: string | undefined, absent: number, most: number): number {
  const digits = /^\s*(\d{1,9})/.exec(text ?? '')?.[1]
  return digits === undefined ? absent : Math.min(Math.max(Number(digits), 1), most)
}

/** Numbers are strings here too (docs/dialects/zpa.md#numbers-and-booleans). */
export function page(total: number, search: Pick<ListSearch, 'limit'>, list: readonly unknown[]): Reply {
  return { status: 200, json: { ...totals(total, search), list } }
}

/** A page whose rows may be large, slice after slice. */
export function pageReply(
  turns: Turns,
  organization: number,
  total: number,
  search: Pick<ListSearch, 'limit'>,
  read: ReadSlice,
): Promise<Outcome<Reply>> {
  // The list is the last member.
  const empty = JSON.stringify({ ...totals(total, search), list: [] })
  const end = empty.lastIndexOf(']')
  const frame = { before: empty.slice(0, end), after: () => empty.slice(end) }
  return listReply(turns, {
    organization,
    limit: Number.POSITIVE_INFINITY,
    read,
    frame: async () => ok(frame),
  })
}

function totals(total: number, { limit }: Pick<ListSearch, 'limit'>) {
  return { totalPages: String(Math.ceil(total / limit)), totalCount: String(total) }
}

export function documentedPage(item: z.ZodType): ReplyDoc {
  const schema = z.object({ totalPages: z.string(), totalCount: z.string(), list: z.array(item) })
  return { description: 'A page; one beyond the end is empty', schema }
}

/** What is `false` of everything here: compared with what is the same of everything. */
const NEVER: Field = {
  member: { name: 'dialect', kind: 'text' },
  stored: (value) => (value.trim().toLowerCase() === 'false' ? 'zpa' : ''),
}

export const never = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, NEVER]))

/** What every resource has (docs/dialects/zpa.md#searchable-members). */
export const COMMON_FIELDS: Fields = {
  ...never('readOnly', 'zscalerManaged'),
  modifiedBy: { member: { name: 'updatedBy', kind: 'number' }, stored: (actor) => parseActor(actor.trim()) },
}

/** Fields that are compared as they are stored. */
export function fields(kind: Member['kind'], names: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(names).map(([wire, name]) => [wire, { member: { name, kind } }]))
}
