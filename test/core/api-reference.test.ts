import { describe, expect, test, vi } from 'vitest'
import { curlOf } from '../../src/console/api-reference/curl.ts'
import { readTags } from '../../src/console/api-reference/operations.ts'
import { datonis } from '../../src/dialects/datonis/dialect.ts'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { zpa } from '../../src/dialects/zpa/dialect.ts'
import { describeApi } from '../../src/http/openapi/document.ts'

// Node can't import shell files as text; the documents have none of it.
vi.mock('../../src/dialects/illumio/pair-script/script.ts', () => ({ PAIR_SCRIPT: '' }))

const chapters = [createNative([]), illumio, zpa, datonis].map(({ chapter }) => chapter)

describe.each(chapters.map((chapter) => [chapter.tag, chapter] as const))(
  'the reference of %s',
  (_, chapter) => {
    const operations = readTags(describeApi([chapter], 'https://latchkey.example')).flatMap(
      (tag) => tag.operations,
    )

    test('has every route once, with its method and path', () => {
      const routes = chapter.routes.map(({ method, path, operation }) => ({
        id: operation.id,
        method: method.toUpperCase(),
        path: path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}'),
      }))
      const shown = operations.map(({ id, method, path }) => ({ id, method, path }))
      const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)
      expect(shown.toSorted(byId)).toEqual(routes.toSorted(byId))
    })

    test('gives every parameter and member a type in words', () => {
      const fields = operations.flatMap(({ parameters, body, answers }) => [
        ...parameters,
        ...(body?.fields ?? []),
        ...answers.flatMap((answer) => answer.fields),
      ])
      expect(fields.filter(({ name, type }) => name === '' || /undefined|\[object|\$ref/.test(type))).toEqual(
        [],
      )
      expect(fields.length).toBeGreaterThan(0)
    })

    test('gives every operation a command that names its method, its address and a credential where it needs one', () => {
      for (const operation of operations) {
        const command = curlOf(operation)
        expect(command).toContain(operation.path.replaceAll(/\{([^}]+)\}/g, '$$$1'))
        expect(/-u |-H "(Authorization|X-)/.test(command)).toBe(operation.credentials.length > 0)
      }
    })
  },
)

test('a quote in an example stays inside of its argument', () => {
  const operation = { id: 'x', method: 'POST', path: '/x', summary: '', description: '', credentials: [] }
  const body = { isForm: false, fields: [], example: { name: "o'clock" } }
  expect(curlOf({ ...operation, parameters: [], answers: [], body })).toContain(`"o'\\''clock"`)
})
