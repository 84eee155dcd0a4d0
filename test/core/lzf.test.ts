import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, utf8 } from '../../src/core/kernel/encoding.ts'
import { decompressLzf } from '../../src/dialects/datonis/devices/lzf.ts'
import { compressLzf } from '../support/lzf.ts'

const MANY = 1024 * 1024

describe('LZF, as the SDKs compress', () => {
  test('any bytes come back, in however many chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3_000 }), (bytes) => {
        const plain = Uint8Array.from(bytes)
        expect(decompressLzf(compressLzf(plain), MANY)).toEqual(plain)
      }),
    )
    const long = utf8('{"a":"température"},'.repeat(9_000))
    expect(decompressLzf(compressLzf(long), MANY)).toEqual(long)
  })

  test('what compress-lzf, the library of the Java SDK, makes of an event', () => {
    const packed = 'WlYBACwAtg97ImRhdGEiOnsidGV4dCI6IAYKbXDDqXJhdHVyZSDghgwIIn0sIm4iOjF9'
    const plain = `{"data":{"text":"${'température '.repeat(12)}"},"n":1}`
    expect(decompressLzf(fromBase64(packed) ?? new Uint8Array(), MANY)).toEqual(utf8(plain))
  })

  test('a literal run, and a long back reference to what it writes itself; a stored chunk', () => {
    // "aaaaaaaaaaaaaaaaaaaa": one literal, then 19 bytes that begin one byte back.
    const packed = [0, 0x61, 0xe0, 10, 0]
    expect(decompressLzf(Uint8Array.from([0x5a, 0x56, 1, 0, 5, 0, 20, ...packed]), MANY)).toEqual(
      utf8('a'.repeat(20)),
    )
    expect(decompressLzf(Uint8Array.from([0x5a, 0x56, 0, 0, 2, 0x68, 0x69]), MANY)).toEqual(utf8('hi'))
  })

  test('anything else is none: no bytes are invented, and no more are made than allowed', () => {
    for (const bytes of [
      [0x5a],
      [0x5a, 0x56, 0, 0, 3, 1, 2],
      [0x5a, 0x56, 2, 0, 1, 1],
      [0x5a, 0x57, 0, 0, 1, 1],
      // A reference to before the chunk, a run beyond it, and less or more than it announces.
      [0x5a, 0x56, 1, 0, 2, 0, 3, 0x20, 0],
      [0x5a, 0x56, 1, 0, 2, 0, 2, 5, 1],
      [0x5a, 0x56, 1, 0, 2, 0, 9, 0, 1],
      [0x5a, 0x56, 1, 0, 4, 0, 1, 0, 1, 0, 1],
      [0x7b, 0x7d],
    ]) {
      expect([bytes, decompressLzf(Uint8Array.from(bytes), MANY)]).toEqual([bytes, null])
    }
    expect(decompressLzf(compressLzf(new Uint8Array(100)), 99)).toBe(null)
    expect(decompressLzf(compressLzf(new Uint8Array(100)), 100)).toEqual(new Uint8Array(100))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const plain = decompressLzf(Uint8Array.from([0x5a, 0x56, 1, 0, bytes.length, 0, 40, ...bytes]), MANY)
        expect(plain === null || plain.length === 40).toBe(true)
      }),
    )
  })
})
