import * as z from 'zod'
import { beginning, type ReadSlice, type Slice } from '../../../core/kernel/fairness/list-slices.ts'
import type { CommonFault, Outcome } from '../../../core/kernel/outcome.ts'
import { invalid, map, ok } from '../../../core/kernel/outcome.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Call, Raw, RouteDefinition } from '../../../http/route.ts'
import { type Collected, collection, collectionOf, countHeaders, maxResults } from './collection.ts'
import { type Access, type Identity, type IllumioRoute, illumioRoute, operationOf } from './edge.ts'

export type AnyCall = Call<Identity, never, never, never>

/** A collection's route, and what it lists: for an answer at once, and for a job. */
export type Listing = IllumioRoute & {
  /** null: what is asked for cannot be. */
  readonly collect: (call: AnyCall) => Promise<Outcome<Collected | null>>
}

type Definition<Params extends z.ZodObject | undefined, Query extends z.ZodObject | undefined> = Omit<
  RouteDefinition<Access, Identity, CommonFault, Params, Query, undefined>,
  'method' | 'replies' | 'handle'
> & {
  /** What it lists. */
  readonly item: z.ZodType
  readonly collect: (
    call: Parameters<RouteDefinition<Access, Identity, CommonFault, Params, Query, undefined>['handle']>[0],
  ) => Promise<Outcome<Collected | null>>
}

/** Of a collection that nothing filters. */
const WithoutFilters = z.strictObject({ max_results: maxResults() })

/** Of a name that is given twice only the first value would count. */
function repeatedIn(raw: Raw): Outcome<null> {
  const fields = raw.query()
  if (!fields.ok) return fields
  const [repeated] = [...fields.value].find(([, values]) => values.length > 1) ?? []
  return repeated === undefined ? ok(null) : invalid(repeated, 'it is given more than once')
}

type Totalled = { readonly total: () => Promise<Outcome<number>>; readonly read: ReadSlice }

function counted({ count, read }: Collected): Totalled {
  return { total: count, read }
}

/** The rows that came with the total are not read again. */
function begun(collected: Collected, limit: number): Totalled {
  const { begin, read } = collected
  if (!begin) return counted(collected)
  let first: Slice | null = null
  return {
    total: async () =>
      map(await begin(Math.min(limit, beginning(limit).rows)), (begun) => {
        first = begun.first
        return begun.total
      }),
    read: async (page) => (page.after === null && first !== null ? ok(first) : read(page)),
  }
}

/** A collection (docs/dialects/illumio.md#totals-and-limits): rows up to `max_results`, and how many match in all. */
export function listing<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
>({ item, collect, ...definition }: Definition<Params, Query>): Listing {
  const collectOnce: typeof collect = async (call) => {
    const repeated = repeatedIn(call.raw)
    return repeated.ok ? collect(call) : repeated
  }
  const listed = illumioRoute({
    // A name that is unknown is refused: what asks for some rows is never answered with all.
    ...{ query: WithoutFilters as unknown as Query },
    ...definition,
    method: 'get',
    replies: { 200: collectionOf(item) },
    handle: async (call) => {
      const collected = await collectOnce(call)
      if (!collected.ok) return collected
      if (collected.value === null) return ok(collection([], 0))
      const { max_results: limit = Number.POSITIVE_INFINITY } = (call.query ?? {}) as {
        readonly max_results?: number
      }
      const { total, read } = limit > 0 ? begun(collected.value, limit) : counted(collected.value)
      return listReply(call.turns, {
        organization: operationOf(call).actor.organization,
        limit,
        read,
        frame: async () =>
          map(await total(), (count) => ({
            headers: countHeaders(count),
            before: '[',
            after: () => ']',
            isEmpty: count === 0,
          })),
      })
    },
  })
  return { ...listed, collect: collectOnce as Listing['collect'] }
}
