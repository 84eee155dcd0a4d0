import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSearch, printSearch } from '../../src/dialects/zpa/edge/search.ts'

const clause = (field: string, operator: string, value: string) => ({ field, operator, value })

/** Text in which all that the grammar knows occurs often. */
const piece = fc.constantFrom(
  ...[
    'name',
    'maxUsage',
    ' ',
    '+',
    '  ',
    '"',
    '""',
    'AND',
    'and',
    'EQ',
    'eq',
    'LIKE',
    'GTEQ',
    'NE',
    'x',
    '2',
    '.',
  ],
  ...['%', "'", ';', 'é', '\t', '\u0000', '\ud800', '__proto__', 'constructor'],
)
const searches = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(' ')),
  fc.string({ maxLength: 200 }),
)

test('any text is parsed, and what was parsed is printed as something that parses to the same', () => {
  fc.assert(
    fc.property(searches, (text) => {
      const parsed = parseSearch(text)
      expect(parsed).not.toBeNull()
      if (parsed) expect(parseSearch(printSearch(parsed))).toEqual(parsed)
    }),
    { numRuns: 5_000 },
  )
})

test('any clauses come back as they were printed', () => {
  const value = fc
    .array(piece, { maxLength: 12 })
    .map((pieces) => pieces.join('').trim())
    .filter((text) => text.length < 60)
  const made = fc.array(
    fc.record({
      field: fc.constantFrom('name', 'maxUsage', 'a.b_c'),
      operator: fc.constantFrom('EQ', 'NE', 'GE', 'CONTAINS', 'ENDSWITH'),
      value,
    }),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(made, (clauses) => {
      const printed = printSearch({ kind: 'clauses', clauses } as never)
      expect(parseSearch(printed)).toEqual({ kind: 'clauses', clauses })
    }),
    { numRuns: 5_000 },
  )
})

describe('what clients send, once decoded', () => {
  test.each([
    ['maxUsage EQ 2', [clause('maxUsage', 'EQ', '2')]],
    ['name+EQ+My Key', [clause('name', 'EQ', 'My Key')]],
    ['name eq Service Edge', [clause('name', 'EQ', 'Service Edge')]],
    ['name LIKE test', [clause('name', 'CONTAINS', 'test')]],
    [
      'usageCount GTEQ 1 AND maxUsage LTEQ 9',
      [clause('usageCount', 'GE', '1'), clause('maxUsage', 'LE', '9')],
    ],
    ['name EQ "a AND b EQ c"', [clause('name', 'EQ', 'a AND b EQ c')]],
    ['name EQ salt AND pepper', [clause('name', 'EQ', 'salt AND pepper')]],
    ['name+EQ+maxUsage EQ 2', [clause('name', 'EQ', 'maxUsage EQ 2')]],
    ['name EQ ""', [clause('name', 'EQ', '')]],
    ['name EQ "a"b"', [clause('name', 'EQ', 'a"b')]],
  ])('%s', (text, clauses) => {
    expect(parseSearch(text)).toEqual({ kind: 'clauses', clauses })
  })

  test.each(['connector', 'EQ', 'name EQ', 'name IS x', '1name EQ x', 'a AND b'])(
    '%s is free text',
    (text) => {
      expect(parseSearch(text)).toEqual({ kind: 'text', text })
    },
  )

  test('nothing is no filter', () => {
    expect([parseSearch(''), parseSearch('  ')]).toEqual([{ kind: 'all' }, { kind: 'all' }])
  })

  test('more than 1,024 characters, or more than 16 clauses, are refused', () => {
    expect(parseSearch('x'.repeat(1_025))).toBeNull()
    expect(parseSearch(Array(17).fill('a EQ b').join(' AND '))).toBeNull()
    expect(parseSearch(Array(16).fill('a EQ b').join(' AND '))).toMatchObject({ kind: 'clauses' })
  })
})
