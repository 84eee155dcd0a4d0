/** Lists are paged by key: what is made meanwhile neither repeats an item nor hides one. */
import * as z from 'zod'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import { fromBase64Url, toBase64Url, utf8 } from '../../../core/kernel/encoding.ts'
import type { PageAfter } from '../../../core/kernel/fairness/list-slices.ts'
import { type EntityId, formatId, parseId } from '../../../core/kernel/ids.ts'
import type { Json } from '../../../core/kernel/json.ts'
import { invalid, map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Page } from '../../../core/kernel/page.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Call, Reply } from '../../../http/route.ts'
import { Limit } from '../../../http/words/listing.ts'
import { type Identity, operationOf } from './edge.ts'

/** A cursor names the last item that was seen. */
export const Paging = {
  limit: Limit,
  cursor: z
    .string()
    .max(64)
    .transform((value, context) => {
      const id = parseId(new TextDecoder().decode(fromBase64Url(value) ?? new Uint8Array()))
      if (id) return id
      context.addIssue({ code: 'custom', message: 'No cursor of ours' })
      return z.NEVER
    })
    .optional()
    .describe('The next_cursor of the page before'),
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('Of the next page; null: this is the last'),
  })
}

/** The place behind the last item of a page, in a list whose order is not that of ledgers. */
export const PlacePaging = {
  limit: Limit,
  cursor: z.string().max(256).optional().describe('The next_cursor of the page before'),
}

/** A page of rows that are small. Asks for one more than it shows: it tells whether there is a next page. */
export async function placedPage<Row, Place extends Json>(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  place: { readonly schema: z.ZodType<Place>; readonly of: (row: Row) => Place },
  list: (page: PageAfter<Place>) => Promise<Outcome<readonly Row[]>>,
  format: (row: Row) => unknown,
  besides: Readonly<Record<string, Json>> = {},
): Promise<Outcome<Reply>> {
  const after = cursor === undefined ? null : parsePlace(cursor, place.schema)
  if (after === undefined) return invalid('cursor', 'No cursor of ours')
  return map(await list({ after, limit: limit + 1 }), (rows) => {
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    const next_cursor = last === undefined ? null : toBase64Url(utf8(JSON.stringify(place.of(last))))
    return { status: 200, json: { items: shown.map(format), next_cursor, ...besides } }
  })
}

/** undefined: it is no place. */
function parsePlace<Place>(cursor: string, schema: z.ZodType<Place>): Place | undefined {
  try {
    const text = new TextDecoder().decode(fromBase64Url(cursor) ?? new Uint8Array())
    const result = schema.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}

/** A page, slice after slice. Each asks for one row more than it shows: it tells whether there is a next one. */
export function pageReply<Row extends EntityId>(
  call: Call<Identity, unknown, unknown, unknown> & {
    readonly query: { readonly limit: number; readonly cursor?: EntityId | undefined }
  },
  list: (operation: Operation, page: Page) => Promise<Outcome<readonly Row[]>>,
  format: (row: Row) => unknown,
): Promise<Outcome<Reply>> {
  const operation = operationOf(call)
  const { limit: size, cursor = null } = call.query
  return listReply(call.turns, {
    organization: operation.actor.organization,
    limit: size,
    after: cursor,
    read: async ({ after, limit }) =>
      map(await list(operation, { after: after as EntityId | null, limit: limit + 1 }), (rows) => {
        const shown = rows.slice(0, limit)
        const last = rows.length > limit ? shown.at(-1) : undefined
        return { rows: shown.map(format), next: last ? { ledger: last.ledger, n: last.n } : null }
      }),
    frame: async () => ok({ before: '{"items":[', after: (next) => `],"next_cursor":${cursorOf(next)}}` }),
  })
}

function cursorOf(next: Json): string {
  return JSON.stringify(nextCursor((next ?? undefined) as EntityId | undefined))
}

/** Of the page behind that item; null: there is none. */
export function nextCursor(last: EntityId | undefined): string | null {
  return last === undefined ? null : toBase64Url(utf8(formatId({ ledger: last.ledger, n: last.n })))
}
