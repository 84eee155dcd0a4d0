/** Lists are paged by key: what is made meanwhile neither repeats an item nor hides one. */
import * as z from 'zod'
import type { Page } from '../../core/catalogue.ts'
import { fromBase64Url, toBase64Url, utf8 } from '../../core/encoding.ts'
import { type EntityId, formatId, parseId } from '../../core/ids.ts'

const DEFAULT_PAGE = 50
const MAX_PAGE = 500

/** A cursor names the last item that was seen. */
export const Paging = {
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_PAGE))
    .default(DEFAULT_PAGE)
    .meta({ override: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE } }),
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

/** Asks for one item more than the page has: it tells whether there is a next page. */
export function toPage({ limit, cursor }: { limit: number; cursor?: EntityId | undefined }): Page {
  return { after: cursor ?? null, limit: limit + 1 }
}

export function formatPage<Row extends EntityId, Item>(
  rows: readonly Row[],
  limit: number,
  format: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  const next = last && toBase64Url(utf8(formatId(last)))
  return { items: shown.map(format), next_cursor: next ?? null }
}
