/** What the lists of profiles, keys and agents have in common: a page of JSON, in slices. */
import * as z from 'zod'
import { slicesOfPage } from '../../../core/kernel/fairness/list-slices.ts'
import { type Fault, invalid, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { ListedPage, ListPage } from '../../../core/search/list.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import type { Call, Reply } from '../../../http/route.ts'
import { formatTime } from '../../../http/time.ts'
import { type CommonQuery, cursorOf, placeOf, queryName } from '../../../http/words/listing.ts'
import { Time } from '../../../http/words/wire.ts'
import { type Identity, operationOf } from './edge.ts'
import { pageOf } from './paging.ts'

export const Total = z
  .number()
  .int()
  .optional()
  .describe('With `total=true`: how many there are on all pages')

export function listOf<Item extends z.ZodType>(item: Item) {
  return pageOf(item).extend({
    total: Total,
    as_of: Time.describe('What happened up to then is in the list'),
  })
}

/** The page that a call asks for, found at once and formatted slice after slice. */
export async function foundReply<Row, F extends Fault>(
  call: Call<Identity, unknown, unknown, unknown> & { readonly query: CommonQuery },
  list: (page: ListPage) => Promise<Outcome<ListedPage<Row>, F>>,
  format: (row: Row) => unknown,
): Promise<Outcome<Reply, F>> {
  const { limit, cursor, total: isCounted, ...query } = call.query
  const name = await queryName(query)
  const after = cursor === undefined ? null : placeOf(cursor, name)
  if (after === undefined)
    return invalid('cursor', 'No cursor of this list, its filters and its sort') as Outcome<never, F>
  const found = await list({ after, limit, isCounted })
  if (!found.ok) return found
  const { next, total, asOf, ...page } = found.value
  const end = {
    next_cursor: cursorOf(name, next),
    ...(isCounted && { total: total ?? 0 }),
    as_of: formatTime(asOf),
  }
  const reply = await listReply(call.turns, {
    organization: operationOf(call).actor.organization,
    limit,
    read: slicesOfPage(page, async (rows) => ok(rows.map(format))),
    frame: async () => ok({ before: '{"items":[', after: () => `],${JSON.stringify(end).slice(1)}` }),
  })
  return reply as Outcome<Reply, F>
}
