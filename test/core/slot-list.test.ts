import { expect, test } from 'vitest'
import { readSlotList } from '../../scripts/cli/slot-list.ts'

const host = (value: string) => ({ by: 'hostname', value })

test('a file without names of columns has a host name a line', () => {
  expect(readSlotList('web-1\r\n\n# spare\n web-2 ,Berlin\n')).toEqual([host('web-1'), host('web-2')])
})

test('named columns count wherever they stand; of several the serial number does', () => {
  const text = '\uFEFFsite,Hostname,"serial"\nB,web-1,\nB,"web-2","C02,""X"""\nB,,S3\n'
  expect(readSlotList(text)).toEqual([
    host('web-1'),
    { by: 'serial', value: 'C02,"X"' },
    { by: 'serial', value: 'S3' },
  ])
})

test.each([
  ['', 'the list has no machine'],
  ['hostname\n', 'the list has no machine'],
  ['hostname,serial\nweb-1,\n,\n', 'line 3 names no machine'],
  ['web-1\n"web', 'line 2 is no line of CSV'],
  ['"a"b,c', 'line 1 is no line of CSV'],
])('%j is refused, with the line that is wrong', (text, message) => {
  expect(() => readSlotList(text)).toThrow(message)
})
