/** An OpenAPI document → what a page says of each operation. Pure. */
import { isMembers, type Json, type Members, membersOf, type OpenApi } from '../../http/openapi/schemas.ts'

/** A member of a body, or a parameter. */
export type Field = {
  /** Members of members with dots: `rules.per_minute`. */
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly about: string
}

export type Answer = {
  readonly status: string
  readonly about: string
  readonly fields: readonly Field[]
  /** As a test recorded it; undefined when no test did. */
  readonly example: Json | undefined
}

export type Operation = {
  readonly id: string
  readonly method: string
  /** With its parameters in braces. */
  readonly path: string
  readonly summary: string
  readonly description: string
  /** Names of security schemes; any of them will do. Empty: the operation asks for no credential. */
  readonly credentials: readonly string[]
  readonly parameters: readonly (Field & { readonly place: string })[]
  readonly body: {
    readonly isForm: boolean
    readonly fields: readonly Field[]
    readonly example: Json | undefined
  } | null
  readonly answers: readonly Answer[]
}

export type Tag = { readonly name: string; readonly operations: readonly Operation[] }

const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const FORM = 'application/x-www-form-urlencoded'
/** Deeper members are described by the document only. */
const MAX_DEPTH = 3

/** The operations of a document by tag, both in its order. */
export function readTags(document: OpenApi): readonly Tag[] {
  const operations = Object.entries(membersOf(document.paths)).flatMap(([path, methods]) =>
    Object.entries(membersOf(methods)).flatMap(([method, operation]) =>
      METHODS.includes(method) && isMembers(operation)
        ? [
            {
              tag: textOf(listOf(operation.tags)[0]),
              operation: readOperation(document, method, path, operation),
            },
          ]
        : [],
    ),
  )
  return [...Map.groupBy(operations, ({ tag }) => tag)].map(([name, its]) => ({
    name,
    operations: its.map(({ operation }) => operation),
  }))
}

function readOperation(document: OpenApi, method: string, path: string, operation: Members): Operation {
  const [type, content] = Object.entries(membersOf(membersOf(operation.requestBody).content))[0] ?? []
  return {
    id: textOf(operation.operationId),
    method: method.toUpperCase(),
    path,
    summary: textOf(operation.summary),
    description: textOf(operation.description),
    credentials: listOf(operation.security).flatMap((one) => Object.keys(membersOf(one))),
    parameters: listOf(operation.parameters).map((one) => {
      const parameter = resolve(document, one)
      const field = fieldOf(document, textOf(parameter.name), parameter.schema, parameter.required === true)
      return { ...field, about: textOf(parameter.description) || field.about, place: textOf(parameter.in) }
    }),
    body:
      content === undefined
        ? null
        : {
            isForm: type === FORM,
            fields: fieldsOf(document, membersOf(content).schema),
            example: membersOf(content).example,
          },
    answers: Object.entries(membersOf(operation.responses)).map(([status, response]) => {
      const { description, content: contents } = membersOf(response)
      const answer = membersOf(Object.values(membersOf(contents))[0])
      return {
        status,
        about: textOf(description),
        fields: fieldsOf(document, answer.schema),
        example: answer.example,
      }
    }),
  }
}

/** The members of an object, or of the objects of a list, each followed by its own. */
function fieldsOf(document: OpenApi, schema: Json | undefined, before = '', depth = 1): readonly Field[] {
  const object = objectIn(document, schema)
  if (object === null || depth > MAX_DEPTH) return []
  const required = listOf(object.required)
  return Object.entries(membersOf(object.properties)).flatMap(([name, member]) => {
    const field = fieldOf(document, before + name, member, required.includes(name))
    return [field, ...fieldsOf(document, member, `${before}${name}.`, depth + 1)]
  })
}

function objectIn(document: OpenApi, schema: Json | undefined): Members | null {
  const found = resolve(document, schema)
  if (isMembers(found.properties)) return found
  if (found.items !== undefined) return objectIn(document, found.items)
  for (const choice of choicesOf(found)) {
    const object = objectIn(document, choice)
    if (object !== null) return object
  }
  return null
}

function fieldOf(document: OpenApi, name: string, schema: Json | undefined, isRequired: boolean): Field {
  const found = resolve(document, schema)
  const limit = found.default === undefined ? '' : `Default: \`${JSON.stringify(found.default)}\`.`
  const about = [textOf(found.description), limit].filter((text) => text !== '').join(' ')
  return { name, type: typeOf(document, schema), isRequired, about }
}

/** In words: `list of text`, `"read" or "write"`. */
function typeOf(document: OpenApi, schema: Json | undefined): string {
  const found = resolve(document, schema)
  if (Array.isArray(found.enum)) return found.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (found.const !== undefined) return JSON.stringify(found.const)
  const choices = choicesOf(found)
  if (choices.length > 0) return [...new Set(choices.map((one) => typeOf(document, one)))].join(' or ')
  if (Array.isArray(found.type)) return found.type.map((one) => wordOf(textOf(one))).join(' or ')
  const type = textOf(found.type)
  if (type === 'array') return `list of ${typeOf(document, found.items)}`
  const format = textOf(found.format)
  return type === 'string' && format !== '' ? `text, ${format}` : wordOf(type)
}

const WORDS: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', '': 'any' }

function wordOf(type: string): string {
  return WORDS[type] ?? type
}

function choicesOf(schema: Members): readonly Json[] {
  return [schema.anyOf, schema.oneOf, schema.allOf].flatMap(listOf)
}

const MAX_REFERENCES = 8

function resolve(document: OpenApi, schema: Json | undefined): Members {
  let found = membersOf(schema)
  for (let n = 0; typeof found.$ref === 'string' && n < MAX_REFERENCES; n++) {
    const path = found.$ref.replace(/^#\//, '').split('/')
    found = path.reduce<Members>((members, name) => membersOf(members[name]), document)
  }
  return found
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
