/** Lists of records that are answered slice after slice. */
import * as z from 'zod'
import { each, type SizedPage, slicesOfPage } from '../../../core/kernel/fairness/list-slices.ts'
import { listHead, pick, type View } from './collection.ts'
import type { Bag } from './parameters.ts'
import type { RecordList } from './route.ts'

export function listOf(name: string, record: z.ZodObject) {
  return z.object({
    total_count: z.int(),
    page: z.union([z.int(), z.string()]),
    [name]: z.array(record.partial()),
  })
}

/**
 * The page as it is answered, with the members that were asked for alone.
 * @param organization whose turn it takes to read
 */
export function recordList<Row>(
  { bag, input }: { readonly bag: Bag; readonly input: z.output<typeof View> },
  organization: number,
  name: string,
  page: SizedPage<Row>,
  format: (row: Row) => object,
): RecordList {
  const read = slicesOfPage(
    page,
    each((row) => pick(format(row), input)),
  )
  return { organization, head: listHead(page.count, bag), name, read }
}
