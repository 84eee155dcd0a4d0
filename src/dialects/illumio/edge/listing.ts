import type * as z from 'zod'
import type { CommonFault, Outcome } from '../../../core/kernel/outcome.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Call, RouteDefinition } from '../../../http/route.ts'
import { type Collected, collection, collectionOf, countHeaders } from './collection.ts'
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

/** A collection (docs/dialects/illumio.md#totals-and-limits): rows up to `max_results`, and how many match in all. */
export function listing<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
>({ item, collect, ...definition }: Definition<Params, Query>): Listing {
  const listed = illumioRoute({
    ...definition,
    method: 'get',
    replies: { 200: collectionOf(item) },
    handle: async (call) => {
      const collected = await collect(call)
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
  return { ...listed, collect: collect as Listing['collect'] }
}
