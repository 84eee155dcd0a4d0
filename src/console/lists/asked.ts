/** A list is a URL: what its query asks for, and the links that change it. Pure. */
import type * as z from 'zod'
import { type Outcome, ok, refuse } from '../../core/kernel/outcome.ts'
import { firstValues } from '../../http/fields.ts'
import { problemsOf } from '../../http/problems.ts'
import type { Raw } from '../../http/route.ts'

/** The parameters that have a value; a form sends those that were left empty, too. */
export type Asked = Readonly<Record<string, string>>

export const PAGE_SIZE = 25

export function askedOf(raw: Raw): Outcome<Asked> {
  const fields = raw.query()
  if (!fields.ok) return fields
  const given = Object.entries(firstValues(fields.value))
  return ok(Object.fromEntries(given.filter(([, value]) => value.trim() !== '')))
}

/** What is asked for, checked; parameters that a page does not know are left out. */
export function checkAsked<S extends z.ZodType>(schema: S, asked: Asked): Outcome<z.output<S>> {
  const result = schema.safeParse(asked)
  return result.success
    ? ok(result.data)
    : refuse({ kind: 'input_invalid', problems: problemsOf(result.error, asked) })
}

/** The same list with other parameters, from its first page unless a cursor is given; undefined takes one away. */
export function addressOf(
  path: string,
  asked: Asked,
  change: Readonly<Record<string, string | undefined>> = {},
): string {
  const { cursor: _, ...kept } = asked
  const parameters = Object.entries({ ...kept, ...change }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters)}`
}

/** What a form of a filter keeps of the others. */
export function keptOf(asked: Asked, name: string): Readonly<Record<string, string>> {
  const { cursor: _, [name]: __, ...kept } = asked
  return kept
}

/** The parameters of a page by number of rows, not by a place: things and key pairs have no other. */
export function offsetOf({ offset }: Asked): number {
  return offset !== undefined && /^[0-9]{1,6}$/.test(offset) ? Number(offset) : 0
}
