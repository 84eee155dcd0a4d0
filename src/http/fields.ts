/** The fields of a form or of a query, read in one pass over the text. Pure. */
import { type Outcome, ok, refuse } from '../core/kernel/outcome.ts'

/** Far more than any route knows. */
export const MAX_FIELDS = { form: 64, query: 128 } as const

/** By name, each with its values in their order. */
export type Fields = ReadonlyMap<string, readonly string[]>

const NO_FIELDS: Fields = new Map()

/** Reads `application/x-www-form-urlencoded`. Too many fields are refused before any is decoded. */
export function parseFields(text: string, source: keyof typeof MAX_FIELDS): Outcome<Fields> {
  if (text === '') return ok(NO_FIELDS)
  const limit = MAX_FIELDS[source]
  if (text.split('&', limit + 1).length > limit) return refuse({ kind: 'fields_too_many', source, limit })
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return ok(fields)
}

/** The first value of each field that has a name. */
export function firstValues(fields: Fields): Record<string, string> {
  const named = [...fields].filter(([name]) => name !== '')
  return Object.fromEntries(named.map(([name, [first = '']]) => [name, first]))
}
