/** Lists that are the same for every customer, searched and paged as others are. Pure. */

import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { fold } from '../../../core/kernel/text.ts'
import type { Condition } from '../../../core/search/search.ts'
import type { Reply } from '../../../http/route.ts'
import { fixedPage, type ListInput, searchOf } from './list.ts'
import { compare, type Fields } from './search-fields.ts'

/** A row of the wire; its fields name its members. */
type Row = { readonly id: string; readonly name: string } & Readonly<Record<string, string | boolean>>

export function fixedList(input: ListInput, rows: readonly Row[], fields: Fields): Outcome<Reply> {
  const asked = searchOf({ ...input, microtenantId: undefined }, fields)
  if (!asked.ok) return asked
  const { where, text, order, offset, limit } = asked.value
  const found = rows.filter((row) => where.every((condition) => meets(row, condition)) && hasName(row, text))
  const { member, isDescending = false } = order ?? {}
  const inOrder = member ? found.toSorted((a, b) => compareBy(member.name, a, b)) : exactFirst(found, text)
  const all = isDescending ? inOrder.toReversed() : inOrder
  return ok(fixedPage(found.length, limit, all.slice(offset, offset + limit)))
}

function meets(row: Row, { member, operator, value }: Condition): boolean {
  const own = row[member.name]
  return own === undefined ? operator === 'ne' : compare(String(own), member.kind, operator, value)
}

function hasName({ name }: Row, text: string | undefined): boolean {
  return text === undefined || fold(name).includes(fold(text))
}

function exactFirst(rows: readonly Row[], text: string | undefined): readonly Row[] {
  if (text === undefined) return rows
  const isExact = ({ name }: Row) => Number(fold(name) === fold(text))
  return rows.toSorted((a, b) => isExact(b) - isExact(a))
}

function compareBy(name: string, a: Row, b: Row): number {
  const [x, y] = [fold(String(a[name])), fold(String(b[name]))]
  return Number(x > y) - Number(x < y)
}
