/** Requests of an operation: as they should be, nearly so, and not at all. */
import * as fc from 'fast-check'
import type { Ask } from '../../lib/http/agent-client.ts'
import { spoiledCredential } from '../../lib/http/credential.ts'
import { allowedBy, anyText, junk, spoiled } from './arbitrary.ts'
import { credentialsFor } from './call.ts'
import type { Names, Own, Sample } from './dialect.ts'
import type { Api, ApiOperation } from './document.ts'

/** Whatever a request is made of; it becomes one when the names of the moment are filled in. */
export type Recipe = {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** Sent in the place of the body. */
  readonly raw: { readonly type: string | null; readonly body: string } | null
  readonly credential: 'valid' | 'none' | 'junk'
  /** Which of those that the operation takes, from 0 on and again. */
  readonly scheme: number
}

/** Stands for a name of one's own. */
const OWN = Symbol('one’s own')

export function recipesOf(
  api: Api,
  operation: ApiOperation,
  sample: Sample | undefined,
): fc.Arbitrary<Recipe> {
  const named = (where: 'path' | 'query') =>
    operation.parameters.filter((parameter) => parameter.in === where)
  const path = named('path').map(({ name, schema }) => [
    name,
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(OWN) },
      { weight: 2, arbitrary: allowedBy(api, schema) },
      { weight: 1, arbitrary: junk },
    ),
  ])
  const query = named('query').map(({ name, schema }) => [
    name,
    fc.oneof({ weight: 5, arbitrary: allowedBy(api, schema) }, { weight: 1, arbitrary: junk }),
  ])
  return fc.record({
    path: fc.record(Object.fromEntries(path)),
    query: fc.oneof(
      { weight: 1, arbitrary: fc.constant(Object.fromEntries(new URLSearchParams(sample?.query))) },
      { weight: 3, arbitrary: fc.record(Object.fromEntries(query), { requiredKeys: [] }) },
    ),
    body: bodiesOf(api, operation, sample),
    raw: fc.oneof({ weight: 14, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: raws }),
    credential: fc.constantFrom('valid', 'valid', 'valid', 'valid', 'none', 'junk'),
    scheme: fc.nat({ max: 11 }),
  })
}

const raws = fc.record({
  type: fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x', null),
  body: fc.oneof(
    anyText(200),
    fc.constantFrom(
      '',
      '{',
      '{}',
      '[]',
      'null',
      '"',
      '{"a":1,}',
      '[['.repeat(200),
      '\ufeff{}',
      'a=1&a=2',
      '{"__proto__":1}',
    ),
  ),
})

function bodiesOf(api: Api, { body }: ApiOperation, sample: Sample | undefined): fc.Arbitrary<unknown> {
  const allowed = body ? allowedBy(api, body.schema) : fc.constant(undefined)
  const known = sample?.json ?? sample?.form
  const usual = known === undefined ? allowed : fc.constant(known)
  if (!body) return allowed
  return fc.oneof(
    { weight: 3, arbitrary: usual },
    { weight: 3, arbitrary: allowed },
    { weight: 2, arbitrary: spoiled(usual) },
    { weight: 2, arbitrary: spoiled(allowed) },
  )
}

/** Whether the path that it makes is the operation's, and not perhaps another's, or none's. */
export function isOfOperation(api: Api, { parameters }: ApiOperation, { path }: Recipe): boolean {
  return parameters
    .filter((parameter) => parameter.in === 'path')
    .every(({ name, schema }) => path[name] === OWN || api.allows(schema, path[name]))
}

export function askOf(operation: ApiOperation, recipe: Recipe, own: Own): Ask {
  const path = operation.path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = recipe.path[name]
    return segment(value === OWN ? own.names[name] : value)
  })
  const query = Object.entries(recipe.query).map(
    ([name, value]) => `${segment(name)}=${segment(named(value, own.names))}`,
  )
  const credentials = credentialsFor(operation, own.credentials)
  const valid = credentials[recipe.scheme % credentials.length] ?? null
  const credential = { valid, none: null, junk: valid && spoiledCredential(valid) }
  const filled = named(recipe.body, own.names)
  return {
    method: operation.method,
    path: path + (query.length > 0 ? `?${query.join('&')}` : ''),
    headers: credential[recipe.credential],
    ...contentOf(operation, filled, recipe.raw),
  }
}

function contentOf({ body }: ApiOperation, value: unknown, raw: Recipe['raw']): Pick<Ask, 'json' | 'raw'> {
  if (raw) return { raw }
  if (!body || value === undefined) return {}
  if (body.type === 'application/json') return { json: value }
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const form = new URLSearchParams(fields.map(([name, field]) => [name, String(field)]))
  return { raw: { type: body.type, body: form.toString() } }
}

/** `{name}` anywhere in it is replaced by one's own. */
function named(value: unknown, names: Names): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\{([a-z_]+)\}/g, (all, name: string) => names[name] ?? all)
  if (Array.isArray(value)) return value.map((item) => named(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, named(member, names)]))
}

/** As a client would write it; what has no form in UTF-8 is sent without. */
function segment(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return encodeURIComponent(text.toWellFormed())
}
