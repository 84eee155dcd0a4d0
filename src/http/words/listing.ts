/** How profiles, keys and agents are listed over HTTP: parameters, an order, and cursors. Pure. */
import * as z from 'zod'
import { isTagName, isTagValue } from '../../core/enrollment/ledger/tags.ts'
import { DIALECTS, type Dialect } from '../../core/kernel/cause.ts'
import { fromBase64Url, toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import { fold } from '../../core/kernel/text.ts'
import type { Listed, ListPlace, Order, Sort, TagFilter } from '../../core/search/list.ts'
import { SORTS } from '../../core/search/list.ts'
import { text } from '../text.ts'
import { Timestamp } from './wire.ts'

const DEFAULT_PAGE = 50
const MAX_PAGE = 500

/** How many items a page has. */
export const Limit = z
  .string()
  .regex(/^[0-9]{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(MAX_PAGE))
  .default(DEFAULT_PAGE)
  .meta({ override: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE } })

const MAX_LABEL_FILTERS = 8
const DIALECT_NAMES = Object.keys(DIALECTS) as [Dialect, ...Dialect[]]

const Labels = z
  .string()
  .max(2_048)
  .transform((value, context) => {
    const filters = value.split(',').map(labelFilter)
    if (filters.length <= MAX_LABEL_FILTERS && filters.every((one) => one !== null)) return filters
    context.addIssue({ code: 'custom', message: 'Up to eight of `name` and `name=value`, between commas' })
    return z.NEVER
  })
  .meta({ override: { type: 'string', example: 'env=prod,tier' } })
  .describe('Labels that it has: `name`, or `name=value`; several between commas, of which it has all')

function labelFilter(filter: string): TagFilter | null {
  const [name = '', value, ...rest] = filter.split('=')
  const isValid = isTagName(name) && (value === undefined || isTagValue(value)) && rest.length === 0
  return isValid ? { name, value } : null
}

const Flag = z.enum(['true', 'false']).transform((value) => value === 'true')

export const Counted = Flag.default(false)
  .meta({
    override: ({ jsonSchema }) => {
      delete jsonSchema.enum
      jsonSchema.type = 'boolean'
    },
  })
  .describe('Whether to count all that the filters leave, too')

/** Parameters of each list; each has its own `state`, `sort` and ids besides. */
export const Listing = {
  limit: Limit,
  cursor: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe('The next_cursor of the page before; good for the same filters and sort'),
  q: text(255).optional().describe('A part of the name, in any case'),
  label: Labels.optional(),
  dialect: z.enum(DIALECT_NAMES).optional(),
  used_since: Timestamp.optional().describe('Last used at or after'),
  total: Counted,
  min_as_of: Timestamp.optional().describe(
    'The list has what happened up to then, or is a 503. Exact where key_id or profile_id names one ledger',
  ),
} as const

/** `sort`: a member, with a minus sign from its greatest. */
export function sortOf<T extends keyof Listed>(table: T) {
  const members = SORTS[table] as readonly Sort<T>[]
  const values = members.flatMap((one) => [one, `-${one}`])
  return z
    .enum(values as [string, ...string[]])
    .transform((value): Order<T> => {
      const isDescending = value.startsWith('-')
      return { by: (isDescending ? value.slice(1) : value) as Sort<T>, isDescending }
    })
    .optional()
    .describe('With a minus sign descending. Absent: an order that is read fast, and stays the same')
}

export type CommonQuery = {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly q?: string | undefined
  readonly label?: readonly TagFilter[] | undefined
  readonly dialect?: Dialect | undefined
  readonly used_since?: number | undefined
  readonly total: boolean
}

/** @param names other parameters that are a part of the name */
export function commonFilters(
  { q, label: tags, dialect, used_since: usedSince }: CommonQuery,
  ...names: readonly (string | undefined)[]
) {
  const nameParts = [q, ...names].flatMap((one) => (one === undefined ? [] : fold(one)))
  return { nameParts, tags, dialect, usedSince }
}

const NAME_BYTES = 9

/** Of a query, so that its cursors are told from those of others. */
export async function queryName(query: object): Promise<string> {
  const members = Object.entries(query).filter(([, value]) => value !== undefined)
  const digest = await crypto.subtle.digest(
    'SHA-256',
    utf8(JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)))),
  )
  return toBase64Url(new Uint8Array(digest).subarray(0, NAME_BYTES))
}

/** Behind the last row of a page: good for the query of that name only. */
export function cursorOf(name: string, next: ListPlace | null): string | null {
  return next && toBase64Url(utf8(JSON.stringify([name, ...next])))
}

const Place = z.tuple([z.string()]).rest(z.union([z.string(), z.int().min(0)]))

/** undefined: it is none, or of another query. */
export function placeOf(cursor: string, name: string): ListPlace | undefined {
  const bytes = fromBase64Url(cursor)
  if (!bytes) return undefined
  const place = Place.safeParse(parsed(new TextDecoder().decode(bytes)))
  if (!place.success || place.data[0] !== name || place.data.length < 4) return undefined
  return place.data.slice(1)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
