/** Gives the objects that operations take and answer a name, by which generators call their types. */
import {
  isMembers,
  type Json,
  type Members,
  mapContents,
  mapOperations,
  membersOf,
  type OpenApi,
} from './schemas.ts'

export function nameSchemas(document: OpenApi): OpenApi {
  const components = membersOf(document.components)
  const schemas = new Map<string, Json>(Object.entries(membersOf(components.schemas)))

  /** A reference to the schema, under that name or, if another one has it, under the name with a number. */
  function referTo(schema: Members, wanted: string): Members {
    const text = JSON.stringify(schema)
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted}${n}`
      const known = schemas.get(name)
      if (known !== undefined && JSON.stringify(known) !== text) continue
      schemas.set(name, schema)
      return { $ref: `#/components/schemas/${name}` }
    }
  }

  function named(schema: Json | undefined, name: string): Json | undefined {
    if (!isMembers(schema)) return schema
    if (schema.type === 'array') {
      const items = named(schema.items, `${name}Item`)
      return items === undefined ? schema : { ...schema, items }
    }
    const isObject = schema.type === 'object' && isMembers(schema.properties)
    return isObject ? referTo(schema, name) : schema
  }

  const changed = mapOperations(document, (operation) => {
    const base = pascal(String(operation.operationId))
    return mapContents(operation, (content, place) => {
      const schema = named(content.schema, base + (place === 'request' ? 'Input' : 'Reply'))
      return schema === undefined ? content : { ...content, schema }
    })
  })
  return { ...changed, components: { ...components, schemas: Object.fromEntries(schemas) } }
}

/** `keys_revoke_agents` → `KeysRevokeAgents` */
function pascal(id: string): string {
  return id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
