/** A list is a URL: filters, order and place stand in its query. What that asks for, the page it names, and links that change it. */
import * as z from 'zod'
import { type Outcome, ok, refuse } from '../../core/kernel/outcome.ts'
import type { ListedPage, ListPlace } from '../../core/search/list.ts'
import { firstValues } from '../../http/fields.ts'
import { problemsOf } from '../../http/problems.ts'
import type { Raw } from '../../http/route.ts'
import { cursorOf, placeOf, queryName } from '../../http/words/listing.ts'

/** The parameters that have a value; a form sends those that were left empty, too. */
export type Asked = Readonly<Record<string, string>>

/** Rows of a page of the console. */
export const PAGE_SIZE = 25

export const Cursor = z.string().min(1).max(4_096).optional()

export function askedOf(raw: Raw): Outcome<Asked> {
  const fields = raw.query()
  if (!fields.ok) return fields
  const given = Object.entries(firstValues(fields.value))
  return ok(Object.fromEntries(given.filter(([, value]) => value.trim() !== '')))
}

/** What is asked for, checked; parameters that a page does not know are left out. */
export function checkAsked<S extends z.ZodType>(schema: S, asked: Asked): Outcome<z.output<S>> {
  const result = schema.safeParse(asked)
  return result.success
    ? ok(result.data)
    : refuse({ kind: 'input_invalid', problems: problemsOf(result.error, asked) })
}

/** The same list with other parameters, from its first page unless a cursor is given; undefined takes one away. */
export function addressOf(
  path: string,
  asked: Asked,
  change: Readonly<Record<string, string | undefined>> = {},
): string {
  const { cursor: _, ...kept } = asked
  return urlOf(path, { ...kept, ...change })
}

/** A path with the members of a query that are set. */
export function urlOf(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []))
  return members.length === 0 ? path : `${path}?${new URLSearchParams(members)}`
}

/** What a form of a filter keeps of the others. */
export function keptOf(asked: Asked, name: string): Readonly<Record<string, string>> {
  const { cursor: _, [name]: __, ...kept } = asked
  return kept
}

/** The parameters of a page by number of rows, not by a place: things and key pairs have no other. */
export function offsetOf({ offset }: Asked): number {
  return offset !== undefined && /^[0-9]{1,6}$/.test(offset) ? Number(offset) : 0
}

export type Paged<Row> = {
  readonly rows: readonly Row[]
  /** Of the next page; undefined: this is the last. */
  readonly next: string | undefined
  readonly total: number | null
  /** Unix milliseconds. */
  readonly asOf: number
}

/** Where a page begins. A cursor of another query begins at the first. @param query the filters and the order, as they came */
export async function placeOfPage(query: object, cursor: string | undefined): Promise<ListPlace | null> {
  return (cursor !== undefined && placeOf(cursor, await queryName(query))) || null
}

export async function readPage<Row>(query: object, page: ListedPage<Row>): Promise<Paged<Row>> {
  const { bytes, read, next, total, asOf } = page
  const rows = await read(0, bytes.length)
  return { rows, next: cursorOf(await queryName(query), next) ?? undefined, total, asOf }
}
