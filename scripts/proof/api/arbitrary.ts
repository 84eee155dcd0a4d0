/** Values that a JSON Schema of the document allows, mostly, and values that no client would send. */
import * as fc from 'fast-check'
import type { Api, Schema } from './document.ts'

const MAX_DEPTH = 4

const SURROGATES = { first: 0xd800, count: 0x800 } as const
/** Of all of Unicode. fast-check's own unit `binary` first makes a map of it, which takes a second and 100 MB. */
const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((n) => String.fromCodePoint(n < SURROGATES.first ? n : n + SURROGATES.count))
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: anyCharacter, maxLength })

export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '💥',
    'null',
    '%00',
    '../..',
    '__proto__',
  ),
  fc.constantFrom(
    [],
    {},
    [[]],
    [null],
    { href: null },
    'x'.repeat(5_000),
    "'; DROP TABLE keys; --",
    '9'.repeat(400),
  ),
  fc.jsonValue({ maxDepth: 3 }),
  anyText(300),
)

/** What the schema allows, as far as it is understood; anything where it says nothing. */
export function allowedBy(api: Api, given: Schema | boolean, depth = 0): fc.Arbitrary<unknown> {
  if (typeof given === 'boolean') return fc.jsonValue({ maxDepth: 1 })
  const schema = api.resolve(given)
  if (depth > MAX_DEPTH) return fc.constant(null)
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return fc.constantFrom(...schema.enum)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives) && alternatives.length > 0) {
    return fc.oneof(...alternatives.map((one) => allowedBy(api, one as Schema, depth)))
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(api, schema, depth)
    case 'array':
      if (Array.isArray(schema.prefixItems)) {
        return fc.tuple(...schema.prefixItems.map((one) => allowedBy(api, one as Schema, depth + 1)))
      }
      return fc.array(allowedBy(api, (schema.items ?? {}) as Schema, depth + 1), {
        minLength: Math.min(Number(schema.minItems ?? 0), 3),
        maxLength: Math.min(Number(schema.maxItems ?? 4), 4),
      })
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(Number(schema.minimum ?? -2), -(2 ** 31)),
        max: Math.min(Number(schema.maximum ?? 1_000), 2 ** 31 - 1),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return textOf(schema)
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function objectOf(api: Api, { properties, required, additionalProperties }: Schema, depth: number) {
  const members = Object.entries((properties ?? {}) as Record<string, Schema>)
  const known = fc.record(
    Object.fromEntries(members.map(([name, member]) => [name, allowedBy(api, member, depth + 1)])),
    { requiredKeys: Array.isArray(required) ? required.map(String) : [] },
  )
  if (additionalProperties === false || additionalProperties === undefined) return known
  const others = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
  return fc.tuple(others, known).map(([other, own]) => ({ ...other, ...own }))
}

function textOf({ pattern, format, minLength, maxLength }: Schema): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid({ version: 4 })
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  if (format === 'email') return fc.emailAddress()
  if (format === 'ipv4') return fc.ipV4()
  if (format === 'ipv6') return fc.ipV6()
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  const least = Number(minLength ?? 0)
  return fc.string({
    minLength: least,
    maxLength: Math.max(least, Math.min(Number(maxLength ?? 40), least + 40)),
  })
}

/** The value with one of its parts replaced, or left out, or with a member too many. */
export function spoiled(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, fc.nat(), junk, fc.boolean()).map(([good, where, bad, isGone]) => {
    const places = placesIn(good)
    const place = places[where % (places.length + 1)]
    if (place) return replaced(good, place, isGone ? undefined : bad)
    return isPlain(good) ? { ...good, surplus: bad } : bad
  })
}

type Place = readonly (string | number)[]

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const place = [...at, Array.isArray(value) ? Number(name) : name]
    return [place, ...placesIn(member, place)]
  })
}

function replaced(value: unknown, [name, ...rest]: Place, by: unknown): unknown {
  if (name === undefined) return by
  if (Array.isArray(value)) return value.map((item, i) => (i === name ? replaced(item, rest, by) : item))
  const members = value as Record<string, unknown>
  return { ...members, [name]: replaced(members[name], rest, by) }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
