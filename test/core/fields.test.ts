import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstValues, MAX_FIELDS, parseFields } from '../../src/http/fields.ts'

function parsed(text: string, source: 'form' | 'query' = 'query') {
  const fields = parseFields(text, source)
  return fields.ok ? [...fields.value] : fields.fault
}

describe('fields', () => {
  test.each([
    ['', []],
    ['a', [['a', ['']]]],
    [
      'a=1&b=2&a=3',
      [
        ['a', ['1', '3']],
        ['b', ['2']],
      ],
    ],
    [
      'a=%41%20+%zz%ff&%41=',
      [
        ['a', ['A  %zz\ufffd']],
        ['A', ['']],
      ],
    ],
    ['&&a=1=2&', [['a', ['1=2']]]],
    [
      '__proto__=x&constructor=y',
      [
        ['__proto__', ['x']],
        ['constructor', ['y']],
      ],
    ],
  ])('of %j', (text, fields) => {
    expect(parsed(text)).toEqual(fields)
  })

  test('are those that URLSearchParams reads, in its order', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'ab=&%41+[]é?'), maxLength: 100 })
    fc.assert(
      fc.property(texts, (text) => {
        const params = new URLSearchParams(text)
        expect(parsed(text)).toEqual([...new Set(params.keys())].map((name) => [name, params.getAll(name)]))
      }),
    )
  })

  test.each(['form', 'query'] as const)(
    'of a %s are limited in number, whatever their names are',
    (source) => {
      const limit = MAX_FIELDS[source]
      const fault = { kind: 'fields_too_many', source, limit }
      for (const one of ['a=1', 'a', '', 'a[x]=']) {
        const text = (count: number) => Array(count).fill(one).join('&')
        expect(parsed(text(limit), source)).not.toEqual(fault)
        expect(parsed(text(limit + 1), source)).toEqual(fault)
      }
    },
  )

  test('the first of a repeated one counts where one is wanted', () => {
    const fields = parseFields('a=1&a=2&=3&__proto__=4', 'query')
    expect(fields.ok && Object.entries(firstValues(fields.value))).toEqual([
      ['a', '1'],
      ['__proto__', '4'],
    ])
  })
})
