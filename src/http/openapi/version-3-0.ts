/** The document in OpenAPI 3.0.3, for tools that know no later version: JSON Schema of 2020 as that of 2016. */
import { isMembers, type Json, type Members, mapSchemas, membersOf, type OpenApi } from './schemas.ts'

export function downgrade(document: OpenApi): OpenApi {
  const info = membersOf(document.info)
  const { identifier: _, ...license } = membersOf(info.license)
  const older = { ...document, openapi: '3.0.3', info: { ...info, license } }
  const schemas = membersOf(membersOf(document.components).schemas)

  function withNullable(schema: Members): Members {
    const { type, anyOf, ...rest } = schema
    if (type === 'null') return { ...rest, ...NULL }
    if (Array.isArray(type)) {
      const types = type.filter((one) => one !== 'null')
      const isNullable = types.length < type.length
      const typed = types.map((one): Members => ({ type: one, ...(isNullable && { nullable: true }) }))
      return typed.length === 1 ? { ...rest, ...typed[0] } : { ...rest, anyOf: typed }
    }
    if (!Array.isArray(anyOf)) return withReferenceAlone(schema)
    // Those inside were changed before.
    const others = anyOf.filter((one) => !isNull(one))
    if (others.length === anyOf.length) return schema
    const nullable = others.map((one) => asNullable(membersOf(one)))
    return nullable.length === 1 ? { ...nullable[0], ...rest } : { ...rest, anyOf: nullable }
  }

  /** `nullable` holds beside `type` only (3.0.3, Schema Object), and beside `$ref` nothing is read. */
  function asNullable(schema: Members): Members {
    const { $ref, ...rest } = schema
    if ($ref === undefined) return schema.type === undefined ? schema : { ...schema, nullable: true }
    const { type } = membersOf(schemas[String($ref).split('/').at(-1) ?? ''])
    return { ...rest, ...(type !== undefined && { type, nullable: true }), allOf: [{ $ref }] }
  }

  return mapSchemas(older, (schema) => withNullable(withBooleanBounds(schema)))
}

const NULL: Members = { type: 'string', nullable: true, enum: [null] }

function isNull(schema: Json): boolean {
  return isMembers(schema) && JSON.stringify(schema) === JSON.stringify(NULL)
}

/** Beside `$ref` nothing is read in 3.0. */
function withReferenceAlone(schema: Members): Members {
  const { $ref, ...rest } = schema
  if ($ref === undefined || Object.keys(rest).length === 0) return schema
  return { ...rest, allOf: [{ $ref }] }
}

function withBooleanBounds(schema: Members): Members {
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema
  return {
    ...rest,
    ...(typeof exclusiveMinimum === 'number' && { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(typeof exclusiveMaximum === 'number' && { maximum: exclusiveMaximum, exclusiveMaximum: true }),
  }
}
