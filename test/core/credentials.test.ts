import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isGenuineApiKey, mintApiKey } from '../../src/core/access/api-key.ts'
import { formatRefreshToken, parseRefreshToken } from '../../src/core/enrollment/agents/token.ts'
import { fromBase64Url, toBase64Url } from '../../src/core/kernel/encoding.ts'
import { testKeyring } from '../support/keyring.ts'

const ring = testKeyring()
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

test('an API key has the vendor’s shape, and a secret guessed for it is refused without storage', async () => {
  const key = await mintApiKey(ring, random)
  expect(key.id).toMatch(/^1[0-9a-f]{16}$/)
  expect(key.secret).toMatch(/^[0-9a-f]{64}$/)
  expect(await isGenuineApiKey(ring, key.id, key.secret)).toBe(true)
  const other = await mintApiKey(ring, random)
  expect(await isGenuineApiKey(ring, key.id, other.secret)).toBe(false)
  expect(await isGenuineApiKey(ring, other.id, key.secret)).toBe(false)
  expect(await isGenuineApiKey(ring, key.id, key.secret.toUpperCase())).toBe(false)
  expect(await isGenuineApiKey(ring, '', '')).toBe(false)
})

test('a refresh token names its state, and no change of it does', async () => {
  const state = { ledger: 77, agent: 88, family: 2, generation: 41 }
  const token = await formatRefreshToken(ring, state)
  expect(await parseRefreshToken(ring, token)).toEqual({ ...state, ringVersion: ring.current })
  const bytes = fromBase64Url(token.slice(4)) ?? new Uint8Array()
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await parseRefreshToken(ring, `lkr_${toBase64Url(changed)}`)).toBeNull()
  }
})

test('no text makes the refresh token’s parser throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 90 }), async (text) => {
      expect(await parseRefreshToken(ring, text)).toBeNull()
      expect(await parseRefreshToken(ring, `lkr_${text}`)).toBeNull()
    }),
  )
})

test('base64url has one canonical form', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
    }),
  )
  expect(fromBase64Url('AA')).toEqual(new Uint8Array([0]))
  expect(fromBase64Url('AB')).toBeNull()
  expect(fromBase64Url('A')).toBeNull()
  expect(fromBase64Url('A+')).toBeNull()
})
