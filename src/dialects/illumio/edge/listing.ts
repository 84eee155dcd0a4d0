import * as z from 'zod'
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
      const { count, read } = collected.value
      const { max_results: limit } = (call.query ?? {}) as { readonly max_results?: number }
      return listReply(call.turns, {
        organization: operationOf(call).actor.organization,
        limit: limit ?? Number.POSITIVE_INFINITY,
        read,
        frame: async () =>
          map(await count(), (total) => ({
            headers: countHeaders(total),
            before: '[',
            after: () => ']',
            isEmpty: total === 0,
          })),
      })
    },
  })
  return { ...listed, collect: collectOnce as Listing['collect'] }
}
