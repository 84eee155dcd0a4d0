import { datonis } from './datonis.ts'
import type { DialectTable } from './dialect.ts'
import { illumio } from './illumio.ts'
import { native } from './native.ts'
import { zpa } from './zpa.ts'

export const DIALECTS: readonly DialectTable[] = [native, illumio, zpa, datonis]

export const SECRET_MEMBERS = [...new Set(DIALECTS.flatMap(({ secretMembers }) => secretMembers))]

/** The table of a tag of the document. */
export function dialectOf(tag: string): DialectTable {
  const dialect = DIALECTS.find((one) => one.tag === tag)
  if (!dialect) throw new Error(`there is no table of ${tag}`)
  return dialect
}
