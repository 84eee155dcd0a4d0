/** Lists are URLs: filters, order and place stand in the query. */
import * as z from 'zod'
import type { ListedPage, ListPlace } from '../../core/search/list.ts'
import { cursorOf, placeOf, queryName } from '../../http/words/listing.ts'

/** Rows of a page of the console. */
export const PAGE_ROWS = 25

export const Cursor = z.string().min(1).max(4_096).optional()

/** A path with the members of a query that are set. */
export function urlOf(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []))
  const text = new URLSearchParams(members).toString()
  return text === '' ? path : `${path}?${text}`
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
