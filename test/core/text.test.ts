import { expect, test } from 'vitest'
import { Claim, prose, text } from '../../src/http/text.ts'

const accepts = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: string) =>
  schema.safeParse(value).success

test('a text has neither control characters nor halves of surrogate pairs', () => {
  expect(accepts(text(5), 'a😀é')).toBe(true)
  for (const junk of ['\u0000', '\n', '\u007f', '\u0085', '\ud800', '\udc00a', 'abcdef']) {
    expect(accepts(text(5), junk)).toBe(false)
  }
})

test('prose may have tabs and line ends besides', () => {
  expect(accepts(prose(9), 'a\tb\r\nc😀')).toBe(true)
  for (const junk of ['\u0000', '\u007f', '\ud800', '\udc00a', 'abcdefghij']) {
    expect(accepts(prose(9), junk)).toBe(false)
  }
})

test('a claim is any 22 to 256 whole characters', () => {
  for (const claim of ['c'.repeat(22), 'c'.repeat(256), ' é\n\u0000'.repeat(10), '😀'.repeat(256)]) {
    expect(accepts(Claim, claim)).toBe(true)
  }
  for (const junk of [
    'c'.repeat(21),
    'c'.repeat(257),
    '',
    '😀'.repeat(21),
    `${'c'.repeat(22)}\ud800`,
    '\udc00'.repeat(22),
  ]) {
    expect(accepts(Claim, junk)).toBe(false)
  }
})
