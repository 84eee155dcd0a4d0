import { expect, test } from 'vitest'
import { parseJson } from '../../src/http/body.ts'

function reasonOf(value: unknown, isOpen = false): string | null {
  const parsed = parseJson(JSON.stringify(value), { isOpen })
  if (parsed.ok) return null
  return parsed.fault.kind === 'body_unreadable' ? parsed.fault.reason : parsed.fault.kind
}

const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [n * 65_536, 1]))
const lists = (count: number) => Array.from({ length: count }, () => [])

test('a body has at most 20,000 members and items, at any depth', () => {
  expect(reasonOf(lists(20_000))).toBeNull()
  expect(reasonOf(lists(20_001))).toBe('it has more than 20000 members and items')
  expect(reasonOf({ a: Array(10_000).fill(1), b: Array(10_000).fill({}) })).toMatch(/more than 20000/)
  expect(reasonOf('x'.repeat(1_000_000))).toBeNull()
})

test('at most 1,000 of its members are named by numbers', () => {
  expect(reasonOf(numbered(1_000))).toBeNull()
  expect(reasonOf(numbered(1_001))).toBe('more than 1000 members are named by numbers')
  expect(reasonOf([numbered(600), { a: numbered(600) }])).toMatch(/named by numbers/)
  expect(reasonOf(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, 1])))).toBeNull()
})

test('what devices measure is limited by neither', () => {
  expect(reasonOf(lists(20_001), true)).toBeNull()
  expect(reasonOf(numbered(1_001), true)).toBeNull()
  expect(reasonOf(JSON.parse('{"__proto__":1}'), true)).toBe('a member is named __proto__')
})

test('whole numbers beyond 2^53 keep their digits where ids are such numbers', () => {
  const text =
    '{"id":216196257331404677,"n":[9007199254740993,9007199254740991,1e20,-1.5],"t":"9007199254740993"}'
  expect(parseJson(text, { bigIntegers: 'digits' })).toEqual({
    ok: true,
    value: {
      id: '216196257331404677',
      n: ['9007199254740993', 9_007_199_254_740_991, 1e20, -1.5],
      t: '9007199254740993',
    },
  })
  expect(parseJson('{216196257331404677:1}', { bigIntegers: 'digits' }).ok).toBe(false)
})
