import { expect, onTestFinished, test, vi } from 'vitest'
import { parseJson } from '../../src/http/body.ts'

function reasonOf(value: unknown, isOpen = false): string | null {
  return reasonOfText(JSON.stringify(value), isOpen)
}

function reasonOfText(text: string, isOpen = false): string | null {
  const parsed = parseJson(text, { isOpen })
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

test('what is too deep or too wide is refused before it is parsed', () => {
  const parse = vi.spyOn(JSON, 'parse')
  onTestFinished(() => parse.mockRestore())
  const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`
  expect(reasonOfText(nested(64))).toBeNull()
  expect(parse).toHaveBeenCalledTimes(1)
  expect(reasonOfText(nested(66))).toBe('it is nested more than 64 deep')
  expect(reasonOfText(nested(66), true)).toBe('it is nested more than 64 deep')
  expect(reasonOfText(`[${'0,'.repeat(20_000)}0]`)).toMatch(/more than 20000/)
  expect(reasonOfText(`[${'{ "a" : [ 1 ] } , '.repeat(7_000)}0]`)).toMatch(/more than 20000/)
  expect(parse).toHaveBeenCalledTimes(1)
})

test('what stands in strings counts for nothing, and empty lists have no items', () => {
  const text = JSON.stringify({ a: '[{,'.repeat(30_000), b: '\\"[{,\\\\'.repeat(30_000), '\\"[,': [[], {}] })
  expect(reasonOfText(text)).toBeNull()
  expect(reasonOfText(`[${'[ ] , { } , '.repeat(9_999)}{}]`)).toBeNull()
  expect(reasonOfText('"[')).toBe('it is not JSON')
})

test('a name counts as what it says, however it is escaped', () => {
  expect(reasonOfText('[{"\\u005f_proto__":1}]')).toBe('a member is named __proto__')
  const escaped = Array.from({ length: 1_001 }, (_, n) => `"\\u0031${n}":1`)
  expect(reasonOfText(`{${escaped.join(',')}}`)).toMatch(/named by numbers/)
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
