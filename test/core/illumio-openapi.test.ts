import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test, vi } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { native } from '../../src/dialects/native/dialect.ts'
import { describeApi } from '../../src/http/openapi.ts'

// Node can't import shell files as text; the document has none of it.
vi.mock('../../src/dialects/illumio/pair/script.ts', () => ({ PAIR_SCRIPT: '' }))

const chapters = [native.chapter, illumio.chapter]
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
