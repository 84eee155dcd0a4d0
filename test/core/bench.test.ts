import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { enrollments } from '../../scripts/bench/load/enrollment.ts'
import { dollarsPerMillion } from '../../scripts/bench/measures/prices.ts'
import { isAsked, partsOf, planOf } from '../../scripts/bench/plan.ts'
import { withBench } from '../../scripts/bench/report/document.ts'
import { each, inRounds, noisiest, unmeasured } from '../../scripts/bench/report/rounds.ts'
import { figureOf, formatSection } from '../../scripts/bench/report/section.ts'
import { median, noise, ratios } from '../../scripts/bench/report/statistics.ts'
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
    expect(ratios([200, 20, 220], [100, 10, 100])).toEqual([2, 2, 2.2])
    expect(() => ratios([1], [1, 2])).toThrow()
  })

  test('a round that only one side has is no ratio', () => {
    expect(ratios([200, null, 220], [100, 10, null])).toEqual([2])
  })

  test('the noise is how far the rounds lie from their median', () => {
    expect(noise([90, 100, 110])).toBeCloseTo(0.1)
    expect(noise([100])).toBe(0)
  })
})

describe('rounds', () => {
  const measures = [{ id: 'a' }, { id: 'b' }]
  const { signal } = new AbortController()

  test('measures take turns, round after round', async () => {
    const order: string[] = []
    const { rounds, repeated } = await inRounds(
      measures,
      2,
      async ({ id }, factor, round) => {
        order.push(`${id}${round}`)
        return factor
      },
      signal,
    )
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2'])
    expect(each(rounds, 'a', (factor) => factor)).toEqual([1, 1])
    expect(repeated).toEqual([])
  })

  test('an attempt that fails is repeated for twice as long, and that is reported', async () => {
    const { rounds, repeated } = await inRounds(
      measures,
      1,
      async ({ id }, factor) => {
        if (id === 'a' && factor < 4) throw new Error('0 good answers')
        return factor
      },
      signal,
    )
    expect([...rounds]).toEqual([
      ['a', [4]],
      ['b', [1]],
    ])
    expect(repeated).toEqual(['a, round 1: 0 good answers', 'a, round 1: 0 good answers'])
    expect(unmeasured(rounds)).toEqual([])
  })

  test('a measure that always fails ends nothing: its rounds are missing, and it is named', async () => {
    const { rounds } = await inRounds(
      measures,
      2,
      async ({ id }) => {
        if (id === 'a') throw new Error('refused')
        return 1
      },
      signal,
    )
    expect(rounds.get('a')).toEqual([null, null])
    expect(unmeasured(rounds)).toEqual(['a'])
    expect(figureOf('a', [], '×').value).toBeNaN()
  })

  test('a signal to stop ends them at once', async () => {
    const stop = new AbortController()
    const attempt = async () => {
      stop.abort(new Error('stopped'))
      throw new Error('cut off')
    }
    await expect(inRounds(measures, 1, attempt, stop.signal)).rejects.toThrow('stopped')
  })

  test('the noisiest measure of a run is named', () => {
    const rounds = new Map([
      ['calm', [100, 101]],
      ['wild', [100, null, 300]],
    ])
    expect(noisiest(rounds, (value) => value)).toEqual({ id: 'wild', noise: 0.5 })
  })
})

describe('what is measured', () => {
  const chosen = (only?: readonly string[]) => planOf({ quick: true, only })

  test('a row asks for itself and starts its part alone', () => {
    const plan = chosen(['one-connection', 'bundle'])
    expect(partsOf(plan)).toEqual(['throughput', 'start'])
    expect(isAsked(plan, 'throughput', 'one-connection')).toBe(true)
    expect(isAsked(plan, 'throughput', 'spread')).toBe(false)
    expect(isAsked(plan, 'throughput')).toBe(false)
  })

  test('a part that is named has all its rows, and without a name everything is asked for', () => {
    expect(isAsked(chosen(['throughput']), 'throughput', 'spread')).toBe(true)
    expect(isAsked(chosen(), 'devices')).toBe(true)
  })

  test('another name is refused with those that there are', () => {
    expect(() => chosen(['speed'])).toThrow(/--only knows throughput, .*one-key.*, not "speed"/)
  })

  test('a quick round is a second at least', () => {
    expect(chosen().secondsEach).toBeGreaterThanOrEqual(1)
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
    expect(formatTarget(atLeast(1.3, 1.6), 1.5)).toBe('≥ 1.30 ✓ (1.60 ✗)')
  })

  test('rounds on both sides of a target leave it open; a figure that is missing meets nothing', () => {
    expect(formatTarget(atLeast(1.5), 1.6, [1.4, 1.6, 1.8])).toBe('≥ 1.50 ✓?')
    expect(formatTarget(atLeast(1.5), 1.6, [1.55, 1.6, 1.8])).toBe('≥ 1.50 ✓')
    expect(formatTarget(atLeast(1.5), Number.NaN)).toBe('≥ 1.50')
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

  test('a section says which targets its rounds do not decide', () => {
    const figures = [figureOf('speed', [1.4, 1.6, 1.8], '×', atLeast(1.5))]
    const text = formatSection({ title: 'Rates', notes: [], tables: [], figures, samples: null })
    expect(text).toContain('| speed | 1.60 × |  13 | ≥ 1.50 ✓? |')
    expect(text).toContain('rounds lie on both sides of the target: speed (1.40 to 1.80).')
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
