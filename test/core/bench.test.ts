import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { enrollments } from '../../scripts/bench/load/enrollment.ts'
import { dollarsPerMillion } from '../../scripts/bench/measures/prices.ts'
import { withBench } from '../../scripts/bench/report/document.ts'
import { formatSection } from '../../scripts/bench/report/section.ts'
import { median, ratio, spread } from '../../scripts/bench/report/statistics.ts'
import { formatFigure, formatTable } from '../../scripts/bench/report/table.ts'
import { atLeast, atMost, formatTarget } from '../../scripts/bench/report/target.ts'

describe('statistics', () => {
  test('the median is the middle one, or the mean of the two in the middle, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([10, 1, 2, 4])).toBe(3)
    expect(median([7])).toBe(7)
    expect(() => median([])).toThrow()
  })

  test('a ratio is of the rounds: a slow round slows both sides and changes nothing', () => {
    expect(ratio([200, 20, 220], [100, 10, 100])).toBe(2)
    expect(() => ratio([1], [1, 2])).toThrow()
  })

  test('the spread is the whole width over the median', () => {
    expect(spread([90, 100, 110])).toBeCloseTo(0.2)
  })
})

describe('what is printed', () => {
  test('a table is markdown with its figures to the right', () => {
    expect(
      formatTable({
        columns: ['', 'each'],
        rows: [
          ['one', '1'],
          ['three', '1,000'],
        ],
      }).split('\n'),
    ).toEqual(['|       |  each |', '| ----- | ----: |', '| one   |     1 |', '| three | 1,000 |'])
  })

  test.each([
    [1234.5, '1,235'],
    [12.34, '12.3'],
    [0.456, '0.46'],
    [3, '3'],
  ])('%d is %s', (value, text) => {
    expect(formatFigure(value)).toBe(text)
  })

  test('a target says whether the figure meets it, and a bound itself does', () => {
    expect(formatTarget(atLeast(1.5), 1.5)).toBe('≥ 1.50 ✓')
    expect(formatTarget(atLeast(1.5), 1.49)).toBe('≥ 1.50 ✗')
    expect(formatTarget(atMost(10), 11)).toBe('≤ 10 ✗')
  })

  test('the document keeps all but what stands in the place of the tables', () => {
    const readme =
      'before <!-- bench:cost -->\n\nold\n\n<!-- /bench --> after <!-- bench:start --> <!-- /bench -->'
    const written = withBench(readme, 'cost', 'new')
    expect(written).toBe(readme.replace('old', 'new'))
    expect(withBench(written, 'cost', 'new')).toBe(written)
    expect(() => withBench(readme, 'growth', 'new')).toThrow('growth')
  })

  test('a section has its tables, its figures and its notes', () => {
    const text = formatSection({
      title: 'Cost',
      notes: ['As counted.'],
      tables: [],
      figures: [{ name: 'rows', value: 12, unit: '', target: atMost(10) }],
      samples: null,
    })
    expect(text).toMatch(/^## Cost\n\n\|.*\n.*\n\| rows \|\s+12 \| ≤ 10 ✗ \|\n\nAs counted\.$/)
  })
})

test('every request of a load has a claim of its own, and the codes take turns', () => {
  const request = enrollments('/v1/enroll', ['a', 'b', 'c'])
  if (typeof request.setupRequest !== 'function') throw new Error('requests are made one by one')
  const bodies = Array.from({ length: 300 }, () => {
    const made = (request.setupRequest as (r: object, c: object) => { body?: unknown })({}, {})
    return JSON.parse(String(made.body)) as { claim: string; code: string; hostname: string }
  })
  expect(new Set(bodies.map(({ claim }) => claim)).size).toBe(300)
  expect(bodies.every(({ claim }) => claim.length >= 22)).toBe(true)
  for (const code of ['a', 'b', 'c']) expect(bodies.filter((body) => body.code === code)).toHaveLength(100)
})

test('dollars follow the published prices', () => {
  const used = { cpuMs: 1, objectRequests: 1, activeMs: 1, rowsRead: 1, rowsWritten: 10 }
  const dollars = dollarsPerMillion(used)
  expect(dollars).toMatchObject({ 'Worker requests': 0.3, 'object requests': 0.15, 'rows written': 10 })
  expect(dollars['Worker CPU']).toBeCloseTo(0.02)
  expect(dollars['object duration']).toBeCloseTo(0.0016)
})

test('the floor has every object that wrangler.toml binds, without which it could not be built', () => {
  const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8')
  const bound = read('wrangler.toml').matchAll(/^class_name = "(\w+)"$/gm)
  const exported = read('scripts/bench/floor/worker.ts').matchAll(/^export class (\w+) /gm)
  const names = (matches: Iterable<RegExpMatchArray>) => new Set([...matches].map(([, name]) => name))
  expect(names(exported)).toEqual(names(bound))
})
