import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { describeApi } from '../../src/http/openapi/document.ts'

const chapters = [createNative([]).chapter, illumio.chapter]
const document = JSON.parse(JSON.stringify(describeApi(chapters, 'https://latchkey.example')))

test('both dialects in one document are valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(document)
  expect(result.errors).toBeUndefined()
  expect([result.valid, validator.version]).toEqual([true, '3.1'])
})

test('no two routes share an operation id', () => {
  const ids = chapters.flatMap(({ routes }) => routes.map(({ operation }) => operation.id))
  expect(new Set(ids).size).toBe(ids.length)
})

test.each([
  ['workloads', 2_000],
  ['vens', 2_000],
  ['labels', 10_000],
  ['pairing_profiles', 10_000],
])('a page of %s has at most %i, and the document says so', (collection, most) => {
  const path = `/api/v2/orgs/:org/${collection}`
  const route = illumio.chapter.routes.find((one) => one.method === 'get' && one.path === path)
  expect(route?.query?.parse({ max_results: '99999' })).toMatchObject({ max_results: most })
  expect(route?.query?.parse({ max_results: String(most - 1) })).toMatchObject({ max_results: most - 1 })
  const { parameters } = document.paths[path.replace(':org', '{org}')].get
  const documented = parameters.find(({ name }: { name: string }) => name === 'max_results')
  expect(documented.description).toContain(`0 to ${most},`)
})

test('a PCE’s 404 and 405 have no body, and its other refusals are a list', () => {
  // Of the pairing scripts a text says which there is none of.
  const routes = illumio.chapter.routes.filter(({ replies }) => replies[404]?.contentType !== 'text/plain')
  const refusals = routes.map(({ method, path }) => {
    const documented = document.paths[path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}')][method]
    const { 404: unknown, 405: method_unknown, default: other } = documented.responses
    return [unknown.content, method_unknown.content, Object.keys(other.content)]
  })
  expect(refusals.length).toBeGreaterThan(20)
  for (const found of refusals) expect(found).toEqual([undefined, undefined, ['application/json']])
})

test('what a path asks of a parameter the document asks too', () => {
  const restricted = illumio.chapter.routes.flatMap(({ method, path }) =>
    [...path.matchAll(/:([a-z_]+)\{[^}]*\}/g)].map(([, name]) => ({ method, path, name })),
  )
  expect(restricted.length).toBeGreaterThan(1)
  for (const { method, path, name } of restricted) {
    const { parameters } = document.paths[path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}')][method]
    const documented = parameters.find((one: { name: string }) => one.name === name)
    expect([path, documented.schema.pattern]).toEqual([path, expect.any(String)])
  }
})
