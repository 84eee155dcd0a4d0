import { expect, test } from 'vitest'
import { type Column, csvText } from '../../src/http/csv.ts'

type Row = { readonly name: string; readonly uses: number | null }
const COLUMNS: readonly Column<Row>[] = [
  ['name', ({ name }) => name],
  ['uses', ({ uses }) => uses],
]

test('a record is a line behind that of the names; null is empty, and what has a delimiter is quoted', () => {
  const rows = [
    { name: 'web', uses: 0 },
    { name: 'a "b", c\nd', uses: null },
  ]
  expect(csvText(COLUMNS, rows)).toBe('name,uses\r\nweb,0\r\n"a ""b"", c\nd",\r\n')
})

test.each(['=1+1', '+1', '-1', '@a', '\tx', '\rx'])('%j is no formula for a spreadsheet', (name) => {
  const [, line = ''] = csvText(COLUMNS, [{ name, uses: 1 }]).split('\r\n', 2)
  expect(line.replace(/^"/, '')).toMatch(/^'/)
})
