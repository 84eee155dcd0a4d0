import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  beginning,
  each,
  type Position,
  readText,
  slicesOf,
  slicesOfPage,
} from '../../src/core/kernel/fairness/list-slices.ts'
import { ok } from '../../src/core/kernel/outcome.ts'

/** Reads to the end: what came, and how much of it at once. */
async function readAll(read: Parameters<typeof readText>[0], limit: number) {
  const texts: string[] = []
  const counts: number[] = []
  for (let next: Position | null = beginning(limit); next !== null; ) {
    // As a job's does, a position becomes text between two slices.
    const at: Position = JSON.parse(JSON.stringify(next))
    const slice = await readText(read, at)
    if (!slice.ok) throw new Error('nothing refuses here')
    if (slice.value.count > 0) texts.push(slice.value.text)
    counts.push(slice.value.count)
    next = slice.value.next
  }
  return { rows: JSON.parse(`[${texts.join(',')}]`) as number[][], texts, counts }
}

/** Rows that are texts of these lengths. */
function rowsOf(lengths: readonly number[]) {
  const rows = lengths.map((length, n) => ({ n, text: 'x'.repeat(length) }))
  return slicesOf(
    async ({ after, limit }: { after: number | null; limit: number }) =>
      ok(rows.slice(after === null ? 0 : after + 1).slice(0, limit)),
    ({ n }) => n,
    each(({ n, text }) => [n, text.length]),
  )
}

test('slices are the list, whatever its rows weigh and however many are wanted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 600 }),
      fc.integer({ min: 1, max: 700 }),
      async (lengths, limit) => {
        const { rows } = await readAll(rowsOf(lengths), limit)
        expect(rows).toEqual(lengths.slice(0, limit).map((length, n) => [n, length]))
      },
    ),
    { numRuns: 50 },
  )
})

test('no slice has more than 128 rows; of heavy rows there are few in a slice, of light ones many', async () => {
  const heavy = slicesOf(
    async ({ after, limit }: { after: number | null; limit: number }) =>
      ok(Array.from({ length: Math.min(limit, 999 - (after ?? 0)) }, (_, i) => (after ?? 0) + i + 1)),
    (n) => n,
    each((n) => `${n} ${'x'.repeat(12_000)}`),
  )
  const of = async (read: typeof heavy) => (await readAll(read, 999)).counts
  const counts = await of(heavy)
  expect(Math.max(...counts)).toBeLessThanOrEqual(64)
  expect(Math.max(...counts.slice(1))).toBeLessThanOrEqual(32)
  const light = await of(rowsOf(Array(999).fill(1)))
  expect(light.slice(0, 3)).toEqual([64, 128, 128])
})

test('of a page whose rows have any size, a slice has what fits, and one row at least', async () => {
  const KIB = 1_024
  const bytes = [1, 300 * KIB, 100 * KIB, 900 * KIB, 1, 1, 255 * KIB, 300 * KIB]
  const seen: [number, number][] = []
  const page = {
    count: 99,
    bytes,
    read: async (from: number, to: number) => {
      seen.push([from, to])
      return bytes.slice(from, to)
    },
  }
  const { rows } = await readAll(
    slicesOfPage(
      page,
      each((row: number) => row),
    ),
    Number.MAX_SAFE_INTEGER,
  )
  expect(rows).toEqual(bytes)
  expect(seen).toEqual([
    [0, 2],
    [2, 3],
    [3, 4],
    [4, 7],
    [7, 8],
  ])
})
