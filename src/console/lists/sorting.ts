/** The links of a column by which a list can be sorted. Pure. */
import { type Asked, addressOf } from './asked.ts'

/** A column's first link sorts it as that is most often wanted; the next one the other way round. */
export function sortedBy(path: string, asked: Asked, member: string, isDescendingFirst: boolean) {
  const [up, down] = [member, `-${member}`]
  const order = asked.sort === up ? 'ascending' : asked.sort === down ? 'descending' : null
  const first = isDescendingFirst ? down : up
  const other = isDescendingFirst ? up : down
  return { href: addressOf(path, asked, { sort: asked.sort === first ? other : first }), order } as const
}
