import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { describeApi, documentsOf } from '../../src/http/openapi/document.ts'

const native = createNative([])
const document = JSON.parse(JSON.stringify(describeApi([native.chapter], 'https://latchkey.example')))

type Operation = {
  readonly operationId: string
  readonly summary?: string
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> }
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: object }> }>
}

const schemas = document.components.schemas as Record<string, object>

/** What a reference names. */
function resolved(schema: unknown): unknown {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String((schema as { $ref?: string })?.$ref))?.[1]
  return name === undefined ? schema : schemas[name]
}

const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate(document)
    expect(result.errors).toBeUndefined()
    expect([result.valid, validator.version]).toEqual([true, '3.1'])
  })

  test('has every route that is mounted, and no other', () => {
    const mounted = native.app.routes
      // What a browser asks before it reads is no operation of the API.
      .filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`)
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(documented.toSorted()).toEqual([...new Set(mounted)].toSorted())
    expect(documented.length).toBeGreaterThan(20)
  })

  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test.each(operations.map((found) => [found.operation.operationId, found] as const))(
    '%s says what goes in and what comes out',
    (_, { path, method, operation }) => {
      expect(operation.summary).toBeTruthy()
      const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
      expect(successes).not.toEqual([])
      for (const [status, response] of successes) {
        const [content] = Object.values(response.content ?? {})
        if (status === '204') expect(response.content).toBeUndefined()
        else expect(Object.keys(content?.schema ?? {})).not.toEqual([])
      }
      for (const status of ['404', '405', 'default']) {
        expect(operation.responses[status]?.content).toHaveProperty('application/problem+json')
      }
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1]))
      if (method === 'patch') expect(operation.requestBody).toBeDefined()
    },
  )

  test('is made once for a server', () => {
    let calls = 0
    const documents = documentsOf(() => {
      calls++
      return [native.chapter]
    })
    const describe = (server: string) => documents({ slug: null, version: '3.1' }, server)
    expect(JSON.parse(describe('https://a.example'))).toMatchObject({
      servers: [{ url: 'https://a.example' }],
    })
    expect(describe('https://a.example')).toBe(describe('https://a.example'))
    expect(calls).toBe(1)
    expect(describe('https://b.example')).toContain('https://b.example')
  })

  test('closes the members of every JSON body, as the server does', () => {
    for (const { operation } of operations) {
      const schema = resolved(operation.requestBody?.content['application/json']?.schema)
      if (schema) expect(schema).toMatchObject({ type: 'object', additionalProperties: false })
    }
  })
})
