import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64Url, fromHex, toBase64Url, toHex } from '../../src/core/kernel/encoding.ts'

const bytes = fc.uint8Array({ maxLength: 400 })

test('hexadecimal and base64url are spelled as elsewhere, and read back', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      expect(toHex(given)).toBe(Buffer.from(given).toString('hex'))
      expect(toBase64Url(given)).toBe(Buffer.from(given).toString('base64url'))
      expect(fromHex(toHex(given))).toEqual(new Uint8Array(given))
      expect(fromBase64Url(toBase64Url(given))).toEqual(new Uint8Array(given))
    }),
  )
})

test('a base64url text is read in its canonical form only', () => {
  const wrong = ['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'AA A', ' AA', 'AA\n', 'A+A_', 'A/A_', 'AÄ', 'AA\0']
  for (const text of wrong) expect(fromBase64Url(text), text).toBeNull()
  expect(fromBase64Url('')).toEqual(new Uint8Array())
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const read = fromBase64Url(text)
      expect(read === null || toBase64Url(read) === text).toBe(true)
    }),
  )
})
