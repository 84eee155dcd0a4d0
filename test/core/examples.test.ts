/** The examples of the OpenAPI document fit the schemas that they stand beside. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { describeApi } from '../../src/http/openapi/document.ts'
import { mapContents, mapOperations, type OpenApi } from '../../src/http/openapi/schemas.ts'

const DOCUMENT = 'https://latchkey.example/openapi.json'

test('every example has the form that its schema says', () => {
  const chapters = [createNative([illumio.chapter]).chapter, illumio.chapter]
  const document = JSON.parse(JSON.stringify(describeApi(chapters, 'https://latchkey.example'))) as OpenApi
  const judge = new Ajv2020({ strict: false })
  formats.default(judge)
  judge.addSchema({ $id: DOCUMENT, ...document })
  const wrong: string[] = []
  let count = 0
  mapOperations(document, (operation) =>
    mapContents(operation, (content, place, status) => {
      if (content.example === undefined) return content
      count++
      const text = JSON.stringify(content.schema).replaceAll('"#/', `"${DOCUMENT}#/`)
      const fits = judge.validate(JSON.parse(text), content.example)
      if (!fits) wrong.push(`${operation.operationId} ${place} ${status}: ${judge.errorsText()}`)
      return content
    }),
  )
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThan(150)
})
