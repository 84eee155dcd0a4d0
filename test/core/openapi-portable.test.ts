/** What generators of clients need of the documents, beyond their being valid. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { datonis } from '../../src/dialects/datonis/dialect.ts'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { zpa } from '../../src/dialects/zpa/dialect.ts'
import { describeApi, VERSIONS, type Version } from '../../src/http/openapi/document.ts'

const chapters = [createNative([]).chapter, illumio.chapter, zpa.chapter, datonis.chapter]
type Node = { readonly [name: string]: unknown }

function documentOf(version: Version, of = chapters): Node {
  return JSON.parse(JSON.stringify(describeApi(of, 'https://latchkey.example', version)))
}

const documents = [
  ...VERSIONS.map((version) => [`all, ${version}`, documentOf(version)] as const),
  ...chapters.flatMap((chapter) =>
    VERSIONS.map((version) => [`${chapter.slug}, ${version}`, documentOf(version, [chapter])] as const),
  ),
]
const whole = documentOf('3.1')
const whole30 = documentOf('3.0')

/** Every schema of a document, and those inside. */
function schemasIn(node: unknown, isSchema = false): Node[] {
  if (Array.isArray(node)) return node.flatMap((one) => schemasIn(one, isSchema))
  if (typeof node !== 'object' || node === null) return []
  const found = isSchema ? [node as Node] : []
  return [
    ...found,
    ...Object.entries(node).flatMap(([name, member]) => {
      if (name === 'example') return []
      if (name === 'schemas' || name === 'properties')
        return Object.values(member).flatMap((one) => schemasIn(one, true))
      const isInner = ['schema', 'items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'not'].includes(
        name,
      )
      return schemasIn(member, isInner)
    }),
  ]
}

const names = (schemas: readonly Node[]) => new Set(schemas.flatMap((schema) => Object.keys(schema)))

test.each(documents)(
  'the document of %s is valid, and what it refers to is there',
  async (name, document) => {
    const validator = new Validator()
    expect((await validator.validate(structuredClone(document))).errors).toBeUndefined()
    expect(validator.version).toBe(name.slice(-3))
    const { schemas = {} } = document.components as { schemas?: Node }
    const referred = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
    for (const [, schema = ''] of referred) expect(Object.keys(schemas)).toContain(schema)
  },
)

test('the schemas have nothing that generators stumble over', () => {
  const schemas = schemasIn(whole)
  expect(schemas.length).toBeGreaterThan(2_000)
  for (const unknown of ['const', 'prefixItems', 'propertyNames'])
    expect(names(schemas)).not.toContain(unknown)
  for (const schema of schemas) {
    expect(schema.default).not.toBeNull()
    if (schema.pattern !== undefined) {
      expect([schema.type].flat()).toContain('string')
      expect(schema.format).toBeUndefined()
      expect(schema.pattern).not.toMatch(/\\[pP]\{|\(\?[=!<]/)
    }
    if ([schema.type].flat().includes('integer')) expect(schema.format).toMatch(/^int(32|64)$/)
    for (const bound of [schema.minimum, schema.maximum])
      expect(Math.abs(Number(bound ?? 0))).toBeLessThan(Number.MAX_SAFE_INTEGER)
  }
  expect(JSON.stringify(whole)).not.toContain('__schema')
})

test('3.0.3 has nothing of later versions', () => {
  const schemas = schemasIn(whole30)
  for (const later of ['const', 'prefixItems', 'examples']) expect(names(schemas)).not.toContain(later)
  for (const { type, nullable, $ref, ...rest } of schemas) {
    expect(type === undefined || (typeof type === 'string' && type !== 'null')).toBe(true)
    if (nullable !== undefined) expect(type).toBeDefined()
    if ($ref !== undefined) expect(rest).toEqual({})
  }
})

test('bodies and answers that are objects have names, and operations one tag that says what they are about', () => {
  type Operation = {
    readonly tags: readonly string[]
    readonly requestBody?: Node
    readonly responses: Node
  }
  const tags = new Set((whole.tags as readonly { name: string }[]).map(({ name }) => name))
  for (const operation of Object.values(whole.paths as Record<string, Record<string, Operation>>).flatMap(
    (path) => Object.values(path),
  )) {
    expect(operation.tags).toHaveLength(1)
    expect([...tags]).toContain(operation.tags[0])
    const bodies = [operation.requestBody, ...Object.values(operation.responses)] as {
      content?: Record<string, { schema?: Node }>
    }[]
    for (const { schema } of bodies.flatMap((body) => Object.values(body?.content ?? {})))
      expect(schema?.properties).toBeUndefined()
  }
  expect([...tags]).toEqual(
    expect.arrayContaining(['keys', 'agents', 'oauth', 'Illumio: workloads', 'ZPA: connector']),
  )
})
