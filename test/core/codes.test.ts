import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CODE_RANDOM_BYTES,
  type Code,
  hashClaim,
  hashCode,
  openCode,
  sealCode,
  shortCodes,
} from '../../src/core/enrollment/codes/code.ts'
import { MAX_KEY, MAX_LEDGER } from '../../src/core/kernel/ids.ts'
import { testKeyring } from '../support/keyring.ts'

const ring = testKeyring()
const target = fc.record({
  ledger: fc.integer({ min: 1, max: MAX_LEDGER }),
  key: fc.integer({ min: 1, max: MAX_KEY }),
  ringVersion: fc.constant(1),
})
const NATIVE = shortCodes('native')
const ILLUMIO = shortCodes('illumio')
const random = fc.uint8Array({ minLength: CODE_RANDOM_BYTES, maxLength: CODE_RANDOM_BYTES })

test('a code opens to the key that it was made for, and to the hash that its ledger keeps', async () => {
  await fc.assert(
    fc.asyncProperty(target, random, async (made, bytes) => {
      const opened = await openCode(ring, ILLUMIO, await sealCode(ring, ILLUMIO, made, bytes))
      expect(opened).toEqual({ ...made, hash: await hashCode(ring, 1, bytes) })
    }),
  )
})

test('a code with any one bit changed is none of ours', async () => {
  const code = await sealCode(ring, NATIVE, { ledger: 5, key: 6, ringVersion: 1 }, new Uint8Array(20).fill(9))
  for (const part of ['name', 'secret'] as const) {
    for (let bit = 0; bit < code[part].length * 8; bit++) {
      const bytes = Uint8Array.from(code[part])
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await openCode(ring, NATIVE, { ...code, [part]: bytes })).toBeNull()
    }
  }
})

test('a code of one dialect can’t be spelled as another’s', async () => {
  const code = await sealCode(ring, NATIVE, { ledger: 5, key: 6, ringVersion: 1 }, new Uint8Array(20))
  expect(await openCode(ring, ILLUMIO, code)).toBeNull()
})

test('codes of neighbouring keys have nothing in common: neither ledger nor key can be counted', async () => {
  const names = new Set<string>()
  for (let key = 1; key <= 64; key++) {
    const made = await sealCode(
      ring,
      ILLUMIO,
      { ledger: 1, key, ringVersion: 1 },
      crypto.getRandomValues(new Uint8Array(20)),
    )
    names.add(made.name.subarray(0, 3).join())
  }
  expect(names.size).toBeGreaterThan(60)
})

test('a code of an older ring version still opens; of a dropped one it does not', async () => {
  const bytes = new Uint8Array(20).fill(3)
  const old: Code = await sealCode(ring, ILLUMIO, { ledger: 5, key: 6, ringVersion: 1 }, bytes)
  expect(await openCode(testKeyring([1, 2]), ILLUMIO, old)).toMatchObject({
    ledger: 5,
    key: 6,
    ringVersion: 1,
  })
  expect(await openCode(testKeyring([2]), ILLUMIO, old)).toBeNull()
})

test('the same claim on two keys has two hashes', async () => {
  const claim = 'a-claim-that-is-long-enough'
  const one = await hashClaim(ring, 1, { ledger: 1, key: 1 }, claim)
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(await hashClaim(ring, 1, { ledger: 1, key: 1 }, claim)).toBe(one)
  expect(await hashClaim(ring, 1, { ledger: 1, key: 2 }, claim)).not.toBe(one)
  expect(await hashClaim(ring, 1, { ledger: 11, key: 1 }, claim)).not.toBe(one)
})
