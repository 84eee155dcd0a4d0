/**
 * Where parameters come from (docs/dialects/datonis.md#parameters): path over query over body, in one bag, whatever
 * the method and the Content-Type. Pure.
 */
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { parseJson } from '../../../http/body.ts'
import { type Fields, parseFields } from '../../../http/fields.ts'
import type { Raw } from '../../../http/route.ts'

export type Bag = Readonly<Record<string, unknown>>

export type Sent = {
  readonly method: string
  readonly path: Bag
  readonly query: Fields
  readonly contentType: string | null
  readonly body: Uint8Array
}

export function gather({ method, path, query, contentType, body }: Sent): Outcome<Bag> {
  const read = readBody(body, contentType, method === 'GET' || method === 'DELETE')
  return read.ok ? ok({ ...read.value, ...readFields(query), ...path }) : read
}

/** What clients send with a GET is often no object: Ruby's `nil.to_json` is the four bytes `null`. */
function readBody(bytes: Uint8Array, contentType: string | null, isLenient: boolean): Outcome<Bag> {
  const text = decode(bytes)
  if (text === null) return refuse({ kind: 'body_unreadable', reason: 'it is not valid UTF-8' })
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === 'null') return ok({})
  if (!trimmed.startsWith('{') && isForm(contentType)) return map(parseFields(trimmed, 'form'), readFields)
  const parsed = parseJson(trimmed)
  if (!parsed.ok) return parsed
  if (isObject(parsed.value)) return ok(parsed.value)
  return isLenient ? ok({}) : refuse({ kind: 'body_unreadable', reason: 'it is not a JSON object' })
}

/** As Rails reads a form: `a[]=1&a[]=2` is a list, `a[b]=1` a member; a field that is repeated is a list too. */
function readFields(fields: Fields): Bag {
  const bag = new Map<string, readonly string[] | string | Map<string, string>>()
  for (const [name, values] of fields) {
    const last = values.at(-1) ?? ''
    const [, bracketed, inner] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? []
    const outer = bracketed ?? name
    if (inner === '') bag.set(outer, values)
    else if (inner === undefined) bag.set(outer, values.length > 1 ? values : last)
    else {
      const known = bag.get(outer)
      bag.set(outer, (known instanceof Map ? known : new Map<string, string>()).set(inner, last))
    }
  }
  return membersOf([...bag].map(([name, value]) => [name, value instanceof Map ? membersOf(value) : value]))
}

export function isObject(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function membersOf(entries: Iterable<readonly [string, unknown]>): Bag {
  return Object.fromEntries([...entries].filter(([name]) => name !== '__proto__'))
}

function isForm(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? '')
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return null
  }
}

export async function bagOf(method: string, path: Bag, raw: Raw): Promise<Outcome<Bag>> {
  const query = raw.query()
  if (!query.ok) return query
  const body = await raw.bytes()
  if (!body.ok) return body
  return gather({
    method,
    path,
    query: query.value,
    contentType: raw.headers.get('Content-Type'),
    body: body.value,
  })
}
