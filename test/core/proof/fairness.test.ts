/** The figures of `npm run proof -- --only fairness`, and the client that sends its loads. */
import { expect, test } from 'vitest'
import { percentile } from '../../../scripts/bench/report/statistics.ts'
import { breaches, type Figures, figuresOf } from '../../../scripts/proof/fairness/figures.ts'
import { createAnswerReader } from '../../../scripts/proof/fairness/generator/connection.ts'
import { hostileForms, hostileJson } from '../../../scripts/proof/fairness/hostile-bodies.ts'
import { LOADS } from '../../../scripts/proof/fairness/loads.ts'
import { stretchBetween } from '../../../scripts/proof/fairness/processor.ts'
import { slower } from '../../../scripts/proof/fairness/results.ts'

const MEBIBYTE = 1_024 * 1_024
const idle: Figures = {
  enrollments: 100,
  medianMs: 8,
  p95Ms: 20,
  longestMs: 40,
  errors: 0,
  unanswered: 0,
}

test.each([
  ['a p95 of five times the idle one', { p95Ms: 100 }, 1, 0],
  ['a p95 beyond it', { p95Ms: 101 }, 1, 1],
  ['a longest wait of two seconds', { longestMs: 2_000 }, 1, 0],
  ['a longer one', { longestMs: 2_001 }, 1, 1],
  ['an error', { errors: 1 }, 1, 1],
  ['an enrollment without an answer', { unanswered: 1 }, 1, 1],
  ['512 MiB', {}, 512 * MEBIBYTE, 0],
  ['a byte more', {}, 512 * MEBIBYTE + 1, 1],
  ['a server that ended', {}, null, 1],
] as const)('%s breaks the promise in as many ways as expected', (_, loaded, peakBytes, count) => {
  expect(breaches({ ...idle, ...loaded }, idle, peakBytes)).toHaveLength(count)
})

test('an idle p95 below 10 ms counts as 10 ms', () => {
  const quick = { ...idle, p95Ms: 2 }
  expect(breaches({ ...idle, p95Ms: 50 }, quick, 1)).toEqual([])
  expect(breaches({ ...idle, p95Ms: 51 }, quick, 1)).toHaveLength(1)
})

test('the p95 includes enrollments without an answer', () => {
  const waits = [...Array.from({ length: 18 }, () => 5), 9_000, 10_000]
  expect(figuresOf({ milliseconds: waits, errors: [], unanswered: 2 })).toMatchObject({
    enrollments: 20,
    medianMs: 5,
    p95Ms: 9_000,
    longestMs: 10_000,
    unanswered: 2,
  })
})

test('the idle run after a load counts when it was the slower one, unless the load had spoiled it', () => {
  const before = { figures: idle, stretch: 1, peakBytes: 1 }
  const after = (change: Partial<Figures>) => ({ figures: { ...idle, ...change }, stretch: 1, peakBytes: 1 })
  expect(slower(before, after({ p95Ms: 30 })).figures.p95Ms).toBe(30)
  expect(slower(before, after({ p95Ms: 10 }))).toBe(before)
  expect(slower(before, after({ p95Ms: 9_000, longestMs: 9_500 }))).toBe(before)
  expect(slower(before, after({ p95Ms: 900, unanswered: 1 }))).toBe(before)
})

test('on a shared machine times may be longer by as much as the server waited for a CPU', () => {
  const leniency = { slack: 1, stretch: 6, idleStretch: 3 }
  expect(breaches({ ...idle, p95Ms: 300, longestMs: 12_000 }, idle, 1, leniency)).toEqual([])
  expect(breaches({ ...idle, p95Ms: 301, longestMs: 12_001 }, idle, 1, leniency)).toHaveLength(2)
  expect(breaches({ ...idle, p95Ms: 600 }, { ...idle, p95Ms: 60 }, 1, leniency)).toEqual([])
  expect(breaches({ ...idle, p95Ms: 601 }, { ...idle, p95Ms: 60 }, 1, leniency)).toHaveLength(1)
})

test('what others took of the processors lengthens times by as much, and what is unknown by nothing', () => {
  const times = (ranNs: number, waitedNs: number) => ({ ranNs, waitedNs })
  expect(stretchBetween(times(10, 5), times(30, 65))).toBe(4)
  expect(stretchBetween(times(10, 5), times(30, 5))).toBe(1)
  expect(stretchBetween(times(10, 5), times(10, 5))).toBe(1)
  expect(stretchBetween(null, times(10, 5))).toBe(1)
})

test('a percentile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1)
  expect([0, 0.5, 0.95, 1].map((part) => percentile(values, part))).toEqual([1, 50, 95, 100])
})

const ANSWERS = {
  'with a Content-Length': [
    'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"a":"\r\n"}\n',
    200,
    '{"a":"\r\n"}\n',
  ],
  'in chunks': [
    'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\nb\r\n"\r\nb\r\nc\r\n"}\r\n0\r\n\r\n',
    201,
    '{"a":"\r\nb\r\nc\r\n"}',
  ],
  'without a body': ['HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
  'of nothing': ['HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n', 401, ''],
} as const

test.each(Object.entries(ANSWERS))(
  'an answer %s is read whole, however it is cut',
  (_, [text, status, body]) => {
    const bytes = Buffer.from(text)
    for (let size = 1; size <= bytes.length; size++) {
      const reader = createAnswerReader(true)
      for (let from = 0; from < bytes.length; from += size) {
        const received = reader.push(bytes.subarray(from, from + size))
        const isEnd = from + size >= bytes.length
        expect(received && { ...received, body: received.body?.toString() }).toEqual(
          isEnd ? { status, body, isLast: false } : null,
        )
      }
    }
  },
)

test('an answer tells whether the server closes the connection', () => {
  const text = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
  expect(createAnswerReader(false).push(Buffer.from(text))).toEqual({ status: 404, body: null, isLast: true })
})

test('hostile texts are at most 32 bytes shorter than asked for, and hostile JSON is JSON', () => {
  const bytes = 96 * 1_024
  for (const text of [...hostileForms(bytes), ...hostileJson(bytes)]) {
    expect(text.length).toBeGreaterThan(bytes - 32)
    expect(text.length).toBeLessThanOrEqual(bytes)
  }
  for (const text of hostileJson(bytes)) expect(() => JSON.parse(text)).not.toThrow()
})

test('each load has a name of its own', () => {
  expect(new Set(LOADS.map(({ name }) => name)).size).toBe(LOADS.length)
})
