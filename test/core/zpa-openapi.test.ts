import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { zpa } from '../../src/dialects/zpa/dialect.ts'
import { describeApi } from '../../src/http/openapi/document.ts'

const chapters = [createNative([]).chapter, illumio.chapter, zpa.chapter]
const document = JSON.parse(JSON.stringify(describeApi(chapters, 'https://latchkey.example')))

test('all dialects in one document are valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(document)
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
})

test('no two routes share an operation id', () => {
  const ids = chapters.flatMap(({ routes }) => routes.map(({ operation }) => operation.id))
  expect(new Set(ids).size).toBe(ids.length)
})

test('every ZPA route that is mounted is documented', () => {
  const documented = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const mounted = zpa.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}')}`)
  expect(mounted.length).toBeGreaterThan(50)
  for (const route of mounted) expect(documented).toContain(route)
})
