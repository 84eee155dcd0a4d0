import type { DialectTable } from './dialect.ts'
import { illumio } from './illumio.ts'
import { native } from './native.ts'

export const DIALECTS: readonly DialectTable[] = [native, illumio]

export const SECRET_MEMBERS = [...new Set(DIALECTS.flatMap(({ secretMembers }) => secretMembers))]

/** The tables by the tags of the document; a dialect that has none is fuzzed all the same. */
export function dialectOf(tag: string): DialectTable | undefined {
  return DIALECTS.find((dialect) => dialect.tag === tag)
}
