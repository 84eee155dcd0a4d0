import { exportJWK, generateKeyPair } from 'jose'
import { beforeEach, expect, test } from 'vitest'
import { KeySetKeeper, type PublicJwk, readKeySet } from '../../../src/core/enrollment/identity/key-set.ts'
import { toBase64Url } from '../../../src/core/kernel/encoding.ts'
import { newTokenKey } from '../../support/identity-tokens.ts'

const { jwk } = await newTokenKey('a')
const { jwk: other } = await newTokenKey('b', 'RS256')

let now = 0
let answer: readonly PublicJwk[] | null = [jwk]
let fetched = 0
let kept: ReturnType<ConstructorParameters<typeof KeySetKeeper>[0]['load']> = null
let background: Promise<unknown>[] = []

beforeEach(() => {
  now = 1_800_000_000_000
  answer = [jwk]
  fetched = 0
  kept = null
  background = []
})

function keeper(): KeySetKeeper {
  return new KeySetKeeper({
    now: () => now,
    fetch: async () => {
      fetched++
      return answer
    },
    load: () => kept,
    save: (set) => {
      kept = set
    },
    background: (work) => background.push(work),
  })
}

test('a thousand that ask at once cost one fetch, and those that follow cost none', async () => {
  const set = keeper()
  const found = await Promise.all(Array.from({ length: 1_000 }, () => set.find('a')))
  expect(new Set(found.map((one) => one.kind === 'found' && one.isKnown))).toEqual(new Set([true]))
  await set.find('a')
  expect(fetched).toBe(1)
  // Another start of the object goes on with what was kept.
  await keeper().find('a')
  expect(fetched).toBe(1)
})

test('an unknown key makes the set be fetched once a minute at most', async () => {
  const set = keeper()
  await set.find('a')
  answer = [jwk, other]
  expect(await set.find('b')).toMatchObject({ kind: 'found', isKnown: false })
  now += 60_000
  expect(await set.find('b')).toMatchObject({ kind: 'found', isKnown: true })
  expect(fetched).toBe(2)
  for (let i = 0; i < 100; i++) await set.find('c')
  expect(fetched).toBe(2)
})

test('after ten minutes the set is renewed in the background', async () => {
  const set = keeper()
  await set.find('a')
  answer = [other]
  now += 600_000
  expect(await set.find('a')).toMatchObject({ isKnown: true })
  await Promise.all(background)
  expect(await set.find('a')).toMatchObject({ isKnown: false })
  expect(fetched).toBe(2)
})

test('the last good set serves for a day while the issuer is away, and not longer', async () => {
  const set = keeper()
  await set.find('a')
  answer = null
  now += 86_399_000
  expect(await set.find('a')).toMatchObject({ kind: 'found', isKnown: true })
  await Promise.all(background)
  // Whether it is a new key can't be known.
  expect(await set.find('b')).toEqual({ kind: 'unavailable' })
  now += 1_000
  expect(await set.find('a')).toEqual({ kind: 'unavailable' })
  answer = [jwk]
  now += 5_000
  expect(await set.find('a')).toMatchObject({ kind: 'found', isKnown: true })
})

test('an issuer that never answered is tried again only after five seconds', async () => {
  const set = keeper()
  answer = null
  for (let i = 0; i < 10; i++) expect(await set.find('a')).toEqual({ kind: 'unavailable' })
  expect(fetched).toBe(1)
})

test('of a set only keys for RS256 and ES256 count, of the sizes that are safe', async () => {
  const rsa = (bytes: number) => ({ kty: 'RSA', e: 'AQAB', n: toBase64Url(new Uint8Array(bytes).fill(0xff)) })
  const [small, large, huge] = [rsa(128), rsa(256), rsa(576)]
  const p384 = await exportJWK((await generateKeyPair('ES384', { extractable: true })).publicKey)
  const read = (keys: readonly object[]) => readKeySet({ keys })?.map(({ kid }) => kid) ?? null
  const named = (key: object, kid: string, more: object = {}) => ({ ...key, kid, ...more })
  const bad = [
    named(huge, '1'),
    named(small, '2'),
    named(p384, '3'),
    named(large, '4', { use: 'enc' }),
    named(large, '5', { alg: 'PS256' }),
    named(large, '6', { e: 'AQ' }),
    named({ kty: 'oct', k: 'AAAA' }, '7'),
    large,
  ]
  expect(read([named(large, 'good'), ...bad])).toEqual(['good'])
  expect(read(bad)).toBe(null)
  expect(read([named(large, 'twice'), named(large, 'twice')])).toBe(null)
  expect(read(Array.from({ length: 33 }, (_, i) => named(large, `${i}`)))).toBe(null)
  expect([readKeySet(null), readKeySet([]), readKeySet({ keys: 'x' })]).toEqual([null, null, null])
})
