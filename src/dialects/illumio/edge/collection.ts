/** What all collections have in common (docs/dialects/illumio.md#collections). Pure. */
import * as z from 'zod'
import {
  type PageAfter,
  type ReadSlice,
  type Slice,
  slicesOf,
} from '../../../core/kernel/fairness/list-slices.ts'
import type { Json } from '../../../core/kernel/json.ts'
import { map, type Outcome, ok, type Refusal, refuse } from '../../../core/kernel/outcome.ts'
import { fold } from '../../../core/kernel/text.ts'
import type { Begun } from '../../../core/search/catalogue.ts'
import type { Reply, ReplyDoc } from '../../../http/route.ts'
import { prose } from '../../../http/text.ts'
import { idIn } from './hrefs.ts'

const DEFAULT_RESULTS = 500
/** An explicit number is honoured up to here (docs/dialects/illumio.md#totals-and-limits). */
const MOST_RESULTS = 10_000
const MAX_SEARCH_CHARACTERS = 1_024
/** What a list compares with every row. */
const MAX_LABEL_GROUPS = 16
const MAX_LABELS_OF_GROUP = 8
const MAX_LABELS_CHARACTERS = 32 * 1_024

function refuseType(context: z.RefinementCtx, expected: 'int' | 'array', input: string): never {
  context.addIssue({ code: 'invalid_type', expected, input })
  return z.NEVER
}

/** 0 asks for the count alone. */
export function maxResults(most = MOST_RESULTS, usual = DEFAULT_RESULTS) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return Math.min(usual, most)
      if (!/^[0-9]{1,15}$/.test(text)) return refuseType(context, 'int', text)
      return Math.min(Number(text), most)
    })
    .meta({
      description: `0 to ${most}, and more is ${most}; ${Math.min(usual, most)} if absent. 0 answers the count alone`,
    })
}

export const ExactText = prose(MAX_SEARCH_CHARACTERS).optional()

/** Python's clients spell it `True`, and pylo `yes`. */
export const Flag = z
  .string()
  .transform((text) => ({ yes: 'true', no: 'false' })[text.toLowerCase()] ?? text.toLowerCase())
  .pipe(z.enum(['true', 'false']))
  .optional()

/** An instant or a day of RFC 3339, as Unix milliseconds. */
export const Instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))
  .optional()

/** Matches a part, without regard to case. */
export const PartialText = prose(MAX_SEARCH_CHARACTERS)
  .optional()
  .transform((text) => (text === undefined ? undefined : fold(text)))
  .meta({ description: 'Matches a part, in any case' })

/** `[["A","B"],["C"]]`: (A and B) or C. A flat list is one group; items are hrefs or `{"href"}`. */
export const LabelGroups = z
  .string()
  .max(MAX_LABELS_CHARACTERS)
  .optional()
  .transform((text, context) => {
    if (text === undefined) return undefined
    return parseLabelGroups(text) ?? refuseType(context, 'array', text)
  })
  .meta({
    description: `JSON list of at most ${MAX_LABEL_GROUPS} lists of at most ${MAX_LABELS_OF_GROUP} label hrefs: any of the lists, all of its labels`,
  })

const LabelItem = z.union([z.string(), z.object({ href: z.string() }).transform(({ href }) => href)])
const LabelLists = z.union([
  z.array(LabelItem).transform((flat) => (flat.length === 0 ? [] : [flat])),
  z.array(z.array(LabelItem)),
])

export function parseLabelGroups(text: string): readonly (readonly string[])[] | null {
  try {
    return LabelLists.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** The ids of groups of hrefs; an href that no label of this organization could have is refused. */
export function labelIds(
  groups: readonly (readonly string[])[] | undefined,
  organization: number,
): Outcome<readonly (readonly string[])[] | undefined> {
  if (groups === undefined) return ok(undefined)
  if (groups.length > MAX_LABEL_GROUPS) return tooMany(['labels'], MAX_LABEL_GROUPS, groups)
  const long = groups.findIndex((group) => group.length > MAX_LABELS_OF_GROUP)
  if (long >= 0) return tooMany(['labels', long], MAX_LABELS_OF_GROUP, groups[long])
  const ids = groups.map((group) => group.map((href) => ({ href, id: labelId(href, organization) })))
  const stranger = ids.flat().find(({ id }) => id === null)
  if (stranger) return refuse({ kind: 'reference_unknown', reference: stranger.href })
  return ok(ids.map((group) => group.flatMap(({ id }) => id ?? [])))
}

function tooMany(path: readonly (string | number)[], bound: number, actual: unknown): Refusal {
  const message = `At most ${bound} items`
  return refuse({ kind: 'input_invalid', problems: [{ path, message, code: 'too_long', bound, actual }] })
}

/** The id in a label's href, or null. */
export function labelId(href: string, organization: number): string | null {
  const id = idIn(href, organization, 'labels')
  return id !== null && /^[1-9][0-9]*$/.test(id) ? id : null
}

/** Documents a collection's 200. */
export function collectionOf(item: z.ZodType): ReplyDoc {
  return {
    description: 'What matches, in a stable order',
    schema: z.array(item),
    headers: {
      'X-Total-Count': 'How many match, whatever max_results is',
      'X-Matched-Count': 'The same number',
    },
  }
}

export function collection(items: readonly unknown[], count: number): Reply {
  return { status: 200, json: items, headers: countHeaders(count) }
}

export function countHeaders(count: number): Readonly<Record<string, string>> {
  const total = String(count)
  return { 'X-Total-Count': total, 'X-Matched-Count': total }
}

/** What a collection has: how many in all, and each of them, as the wire has it. */
export type Collected = {
  readonly count: () => Promise<Outcome<number>>
  readonly read: ReadSlice
  /** The first rows, and how many there are in all: for less than both cost apart. */
  readonly begin?: (limit: number) => Promise<Outcome<{ readonly first: Slice; readonly total: number }>>
}

type Listed<Row, Place> = {
  readonly count: () => Promise<Outcome<number>>
  readonly list: (page: PageAfter<Place>) => Promise<Outcome<readonly Row[]>>
  readonly begin: (limit: number) => Promise<Outcome<Begun<Row>>>
}

/** A collection in an order of its own, in which every row has a place. */
export function ofListed<Row, Place extends Json>(
  { count, list, begin }: Listed<Row, Place>,
  placeOf: (row: Row) => Place,
  format: (rows: readonly Row[]) => Promise<Outcome<readonly unknown[]>>,
): Collected {
  return {
    count,
    read: slicesOf(list, placeOf, format),
    async begin(limit) {
      const begun = await begin(limit)
      if (!begun.ok) return begun
      const { rows, total } = begun.value
      const first = await slicesOf(async () => ok(rows), placeOf, format)({ after: null, limit })
      return map(first, (first) => ({ first, total }))
    },
  }
}

/** A collection of which all is there: one that cannot be long. */
export function ofItems(items: readonly unknown[]): Collected {
  return {
    count: async () => ok(items.length),
    read: async ({ after, limit }) => {
      const from = Number(after ?? 0)
      const rows = items.slice(from, from + limit)
      return ok({ rows, next: from + rows.length < items.length ? from + rows.length : null })
    },
  }
}
