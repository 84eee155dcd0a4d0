/** JSON Schemas inside an OpenAPI document, as plain data. Pure. */
import type * as z from 'zod'

export type Json = z.core.util.JSONType
export type Members = { readonly [name: string]: Json }

/** A document as it is sent, with `paths` and `components`. */
export type OpenApi = Members & { readonly paths: Members }

export function isMembers(value: Json | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a map, or none. */
export function membersOf(value: Json | undefined): Members {
  return isMembers(value) ? value : {}
}

function mapMembers(value: Members, change: (member: Json, name: string) => Json): Members {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member, name)]))
}

const ONE = ['items', 'additionalProperties', 'not']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']

/** The schema after `change` was applied to those inside it, and then to itself. `true` and `false` stay. */
function mapSchema(schema: Json, change: (schema: Members) => Members): Json {
  if (!isMembers(schema)) return schema
  const inner = mapMembers(schema, (member, name) => {
    if (ONE.includes(name)) return mapSchema(member, change)
    if (LISTS.includes(name) && Array.isArray(member)) return member.map((one) => mapSchema(one, change))
    if (name === 'properties') return mapMembers(membersOf(member), (one) => mapSchema(one, change))
    return member
  })
  return change(inner)
}

/** The document after `change` was applied to every operation. */
export function mapOperations(document: OpenApi, change: (operation: Members) => Members): OpenApi {
  const paths = mapMembers(document.paths, (path) =>
    mapMembers(membersOf(path), (operation) => change(membersOf(operation))),
  )
  return { ...document, paths }
}

/** An operation after `change` was applied to each media type that it takes or answers with. */
export function mapContents(
  operation: Members,
  change: (content: Members, place: 'request' | 'response', status: string) => Members,
): Members {
  const { requestBody, responses } = operation
  const within = (body: Json, place: 'request' | 'response', status: string): Json => {
    if (!isMembers(body) || !isMembers(body.content)) return body
    const content = mapMembers(body.content, (one) => change(membersOf(one), place, status))
    return { ...body, content }
  }
  return {
    ...operation,
    ...(requestBody !== undefined && { requestBody: within(requestBody, 'request', '') }),
    ...(responses !== undefined && {
      responses: mapMembers(membersOf(responses), (body, status) => within(body, 'response', status)),
    }),
  }
}

/** The document after `change` was applied to every schema, from the inside out. */
export function mapSchemas(document: OpenApi, change: (schema: Members) => Members): OpenApi {
  const inSchema = (holder: Members): Members =>
    holder.schema === undefined ? holder : { ...holder, schema: mapSchema(holder.schema, change) }
  const changed = mapOperations(document, (operation) => {
    const { parameters } = operation
    return {
      ...mapContents(operation, inSchema),
      ...(Array.isArray(parameters) && { parameters: parameters.map((one) => inSchema(membersOf(one))) }),
    }
  })
  const components = membersOf(document.components)
  const schemas = mapMembers(membersOf(components.schemas), (schema) => mapSchema(schema, change))
  return { ...changed, components: { ...components, schemas } }
}
