/**
 * Schemas as generators of clients understand them. They allow all that the server's own do, and here and there more: the
 * server checks a request by its own.
 */
import { isMembers, type Json, type Members, mapSchemas, membersOf, type OpenApi } from './schemas.ts'

const MAX_INT32 = 2 ** 31 - 1
/** What zod says of every integer; samples made of it are −9007199254740991. */
const UNBOUNDED: readonly Json[] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
/** zod's own name of a schema that contains itself, which is that of any JSON value. */
const ANY_JSON = /^#\/components\/schemas\/__schema\d+$/

export function makePortable(document: OpenApi): OpenApi {
  const changed = mapSchemas(document, (schema) =>
    [
      withoutRecursion,
      withPlainTuple,
      withPlainConst,
      withIntegerFormat,
      withPlainPattern,
      withPlainNull,
    ].reduce((made, change) => change(made), schema),
  )
  const components = membersOf(changed.components)
  const named = Object.entries(membersOf(components.schemas)).filter(([name]) => !name.startsWith('__schema'))
  return { ...changed, components: { ...components, schemas: Object.fromEntries(named) } }
}

function withoutRecursion(schema: Members): Members {
  const { $ref, propertyNames: _, ...rest } = schema
  if (typeof $ref !== 'string') return rest
  return ANY_JSON.test($ref) ? rest : { $ref, ...rest }
}

/** A tuple as an array of as many. */
function withPlainTuple(schema: Members): Members {
  const { prefixItems, items: _, ...rest } = schema
  if (!Array.isArray(prefixItems)) return schema
  const distinct = [...new Map(prefixItems.map((one) => [JSON.stringify(one), one])).values()]
  const [only = {}, ...others] = distinct
  const count = prefixItems.length
  return {
    ...rest,
    items: others.length === 0 ? only : { anyOf: distinct },
    minItems: count,
    maxItems: count,
  }
}

function withPlainConst(schema: Members): Members {
  const { const: value, ...rest } = schema
  if (value === undefined) return schema
  // An enumeration of a boolean is none in most languages.
  return typeof value === 'boolean' ? { ...rest, type: 'boolean' } : { ...rest, enum: [value] }
}

function withIntegerFormat(schema: Members): Members {
  if (schema.type !== 'integer') return schema
  const { minimum, maximum, ...rest } = schema
  const bounds = Object.entries({ minimum, maximum }).filter(
    ([, bound]) => bound !== undefined && !UNBOUNDED.includes(bound),
  )
  const isSmall = bounds.length === 2 && bounds.every(([, bound]) => Math.abs(Number(bound)) <= MAX_INT32)
  return { ...rest, ...Object.fromEntries(bounds), format: isSmall ? 'int32' : 'int64' }
}

/** A pattern that RE2 and Python's `re` read as JavaScript does, and none beside a format, which says the same. */
function withPlainPattern(schema: Members): Members {
  const { pattern, ...rest } = schema
  if (typeof pattern !== 'string') return schema
  if (rest.format !== undefined || rest.type !== 'string') return rest
  // JSON has no lone surrogate in other languages, and control characters have numbers.
  const plain = pattern.replaceAll('\\p{Cs}', '').replaceAll('\\p{Cc}', '\\x00-\\x1f\\x7f-\\x9f')
  const isPortable = !/\\[pP]\{|\(\?[=!<]/.test(plain)
  return isPortable ? { ...rest, pattern: plain } : rest
}

/** `anyOf: [X, null]` as a type with null in it, where X is no reference; no default of null or of an object, for which languages have no literal. */
function withPlainNull(schema: Members): Members {
  const { anyOf, ...outside } = withoutDefaultObject(schema)
  if (!Array.isArray(anyOf)) return outside
  const others = anyOf.filter((one) => !isNull(one))
  const [only] = others
  if (others.length !== 1 || anyOf.length === 1 || !isMembers(only) || typeof only.type !== 'string')
    return { ...outside, anyOf }
  const values = only.enum
  return {
    ...only,
    ...outside,
    type: [only.type, 'null'],
    ...(Array.isArray(values) && { enum: [...values, null] }),
  }
}

function withoutDefaultObject(schema: Members): Members {
  if (schema.default !== null && !isMembers(schema.default)) return schema
  const { default: _, ...rest } = schema
  return rest
}

function isNull(schema: Json): boolean {
  return isMembers(schema) && schema.type === 'null'
}
