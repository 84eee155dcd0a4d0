/** What all lists have in common (docs/dialects/datonis.md#lists). Pure. */
import * as z from 'zod'
import { fold } from '../../../core/kernel/text.ts'
import { type TimestampFormat, timestampFormat } from '../devices/timestamps.ts'
import type { Bag } from './parameters.ts'
import { Integer, Names, Word } from './values.ts'

const DEFAULT_PER = 20
/** More is clamped to this (docs/dialects/datonis.md#lists). */
const MAX_PER = 100
const MAX_SEARCH_CHARACTERS = 1_024
/** A statement takes 100 bound values at most. */
const MAX_WORDS = 16

/** What decides how records look. */
export const View = z.object({
  timestamp_format: Word.meta({ description: '`int`, epoch seconds, or `str`, UTC text' }),
  field_list: Names.optional(),
  fields: Names.optional(),
})

export const Paging = z.object({
  page: Integer.optional(),
  per: Integer.optional(),
})

export const Ordering = { order: Word.meta({ description: '`asc` or `desc`' }) }

export const Searching = {
  search: z
    .union([z.string().max(MAX_SEARCH_CHARACTERS), z.number()])
    .optional()
    .transform((text) =>
      fold(String(text ?? ''))
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .slice(0, MAX_WORDS),
    ),
  scope: Word.meta({ description: '`all` or `any`' }),
}

export const Listing = View.extend({
  ...Paging.shape,
  order_by: Word,
  ...Ordering,
  ...Searching,
})

/** Page 1 is the first; what is below is the first, too. */
export function pageOf({ page, per }: z.output<typeof Paging>): {
  readonly offset: number
  readonly limit: number
} {
  const number = Math.max(1, Number(page ?? 1))
  const wanted = Number(per ?? DEFAULT_PER)
  const limit = wanted > 0 ? Math.min(wanted, MAX_PER) : DEFAULT_PER
  return { offset: Math.min((number - 1) * limit, Number.MAX_SAFE_INTEGER), limit }
}

export function searchOf({ search, scope }: Pick<z.output<typeof Listing>, 'search' | 'scope'>) {
  return { words: search, scope: scope === 'any' ? 'any' : 'all' } as const
}

export function isDescending({ order }: Pick<z.output<typeof Listing>, 'order'>): boolean {
  return order?.toLowerCase() === 'desc'
}

/** For lists that are newest first unless they are asked otherwise. */
export function isAscending({ order }: Pick<z.output<typeof Listing>, 'order'>): boolean {
  return order?.toLowerCase() === 'asc'
}

/** A filter of the original's that Latchkey has nothing for: to ignore it would answer more than was asked for. */
export function unsupported(what: string) {
  return z
    .null(`Latchkey has no ${what}`)
    .optional()
    .meta({ description: `Refused: Latchkey has no ${what}` })
}

/** A list's page is echoed as it came: `"2"` is `"2"` (docs/dialects/datonis.md#lists). */
export function listHead(count: number, bag: Bag): Readonly<Record<string, unknown>> {
  return { total_count: count, page: bag.page ?? 1 }
}

export function formatOf({ timestamp_format }: z.output<typeof View>): TimestampFormat {
  return timestampFormat(timestamp_format)
}

/** Whether a member is shown at all. */
export function isWanted(
  member: string,
  record: z.ZodObject,
  { field_list, fields }: z.output<typeof View>,
): boolean {
  const wanted = field_list ?? fields ?? []
  const known = Object.keys(record.shape)
  return wanted.includes(member) || !wanted.some((name) => known.includes(name))
}

/** Only the members that were asked for, in their own order; all, when none of those is a member. */
export function pick<T extends object>(record: T, { field_list, fields }: z.output<typeof View>): Partial<T> {
  const wanted = new Set(field_list ?? fields ?? [])
  const kept = Object.entries(record).filter(([name]) => wanted.has(name))
  return kept.length === 0 ? record : (Object.fromEntries(kept) as Partial<T>)
}
