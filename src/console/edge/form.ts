/** Forms as browsers send them. A field that is sent again and again is a list; one that is empty counts as left out. */
import * as z from 'zod'
import { type Fault, type Outcome, refuse } from '../../core/kernel/outcome.ts'
import { type Fields, parseFields } from '../../http/fields.ts'
import { problemsOf } from '../../http/problems.ts'
import type { Raw } from '../../http/route.ts'

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** Field → what is wrong with it, as a sentence. What belongs to no field has the name ''. */
export type FieldErrors = Readonly<Record<string, string>>

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: FieldErrors }

/** Checkboxes and selected rows: none, one or several of the same name. */
export function listOf<S extends z.ZodType>(item: S) {
  return z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item),
  )
}

export async function readFields(raw: Raw): Promise<Outcome<Fields>> {
  if (!FORM_TYPE.test(raw.headers.get('content-type') ?? '')) {
    return refuse({
      kind: 'body_unreadable',
      reason: 'it must be application/x-www-form-urlencoded',
    })
  }
  const bytes = await raw.bytes()
  if (!bytes.ok) return bytes
  return parseFields(new TextDecoder().decode(bytes.value), 'form')
}

export function checkForm<S extends z.ZodType>(schema: S, fields: Fields): Checked<z.output<S>> {
  const given = Object.fromEntries(
    [...fields].flatMap(([name, values]) => {
      const filled = values.filter((value) => value.trim() !== '')
      if (filled.length === 0) return []
      return [[name, filled.length === 1 ? filled[0] : filled]]
    }),
  )
  const result = schema.safeParse(given)
  if (result.success) return { ok: true, value: result.data }
  const { fault } = refuse({ kind: 'input_invalid', problems: problemsOf(result.error, given) })
  return { ok: false, errors: errorsOf(fault) ?? {} }
}

/** What a refused use case says of the form's fields; null: the refusal is about something else. */
export function errorsOf(fault: Fault, names: Readonly<Record<string, string>> = {}): FieldErrors | null {
  if (fault.kind !== 'input_invalid') return null
  const errors = fault.problems.map(({ path: [first = ''], code, message }) => {
    const name = String(first)
    return [names[name] ?? name, code === 'missing' ? 'Required' : message] as const
  })
  // The first of each field.
  return Object.fromEntries(errors.reverse())
}

/** What was typed, to show it again. */
export function textOf(fields: Fields, name: string): string {
  return fields.get(name)?.[0] ?? ''
}
