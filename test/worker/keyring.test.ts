/** The master key only wraps, and what D1 holds opens with it alone. */
import { env } from 'cloudflare:workers'
import { base64url } from 'jose'
import { expect, test } from 'vitest'
import type { Keyring } from '../../src/core/keyring.ts'
import { loadKeyring } from '../../src/stores/keyring/keyring.ts'

const ISSUER = 'https://latchkey.example'
function load(masterKey: string | undefined = env.LATCHKEY_MASTER_KEY, issuer = ISSUER): Promise<Keyring> {
  return loadKeyring({ db: env.DB, masterKey, issuer, now: () => 0 })
}

test('isolates that start at once make one ring between them', async () => {
  const rings = await Promise.all(Array.from({ length: 8 }, () => load()))
  const macs = await Promise.all(rings.map((ring) => ring.mac('hash', ring.current, new Uint8Array(3))))
  expect(new Set(macs.map((mac) => mac?.join())).size).toBe(1)
  const { results } = await env.DB.prepare('SELECT version, purpose FROM keyring ORDER BY purpose').all()
  expect(results).toEqual([
    { version: 1, purpose: 'agent_token' },
    { version: 1, purpose: 'hash' },
    { version: 1, purpose: 'tag' },
  ])
})

test('another master key opens nothing, and one that is none says what it must be', async () => {
  await load()
  await expect(load(btoa('x'.repeat(32)))).rejects.toThrow('does not open the keyring')
  for (const bad of [undefined, '', 'short', btoa('x'.repeat(31)), '!!!']) {
    const loading = loadKeyring({ db: env.DB, masterKey: bad, issuer: ISSUER, now: () => 0 })
    await expect(loading).rejects.toThrow('LATCHKEY_MASTER_KEY must be the base64 of 32 bytes')
  }
})

test('a sealed key that was moved to another purpose does not open', async () => {
  await load()
  const swap =
    "UPDATE keyring SET sealed = (SELECT sealed FROM keyring WHERE purpose = 'hash') WHERE purpose = 'tag'"
  const { sealed } =
    (await env.DB.prepare("SELECT sealed FROM keyring WHERE purpose = 'tag'").first<{ sealed: string }>()) ??
    {}
  await env.DB.prepare(swap).run()
  await expect(load()).rejects.toThrow('does not open the keyring')
  await env.DB.prepare("UPDATE keyring SET sealed = ? WHERE purpose = 'tag'").bind(sealed).run()
})

test('D1 holds no key in the clear, and no version that was never made answers', async () => {
  const ring = await load()
  const { results } = await env.DB.prepare('SELECT sealed FROM keyring').all<{ sealed: string }>()
  for (const { sealed } of results) {
    const bytes = base64url.decode(sealed)
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('"d"')
  }
  expect(await ring.mac('tag', 2, new Uint8Array())).toBeNull()
})

test('the key set that is published has nothing private in it', async () => {
  const { keys } = (await load()).agentKeySet()
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']])
})
