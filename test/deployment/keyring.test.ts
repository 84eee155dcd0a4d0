/** The master key only wraps, and what D1 holds opens with it alone. */
import { env } from 'cloudflare:workers'
import { base64url } from 'jose'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/kernel/encoding.ts'
import type { Keyring } from '../../src/core/kernel/keyring.ts'
import { loadKeyring } from '../../src/stores/keyring/keyring.ts'

const ISSUER = 'https://latchkey.example'
const API_CLAIMS = { id: 'token-1', subject: 'client-1', organization: 1, dialect: 'zpa' }
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
    { version: 1, purpose: 'api_token' },
    { version: 1, purpose: 'hash' },
    { version: 1, purpose: 'head' },
    { version: 1, purpose: 'seal' },
    { version: 1, purpose: 'tag' },
  ])
})

test('a ring that is older than a purpose gains it on load, isolates at once the same one, and keeps the rest', async () => {
  const before = await load()
  const mac = await before.mac('tag', 1, new Uint8Array(3))
  await env.DB.prepare("DELETE FROM keyring WHERE purpose IN ('seal', 'api_token')").run()
  const rings = await Promise.all(Array.from({ length: 8 }, () => load()))
  const [first] = rings
  const sealed = await first?.seal('here', utf8('secret'))
  const token = await first?.signApiToken(API_CLAIMS, 0, 60)
  for (const ring of rings) {
    expect(await ring.open('here', sealed ?? '')).toEqual(utf8('secret'))
    expect(await ring.verifyApiToken(token ?? '', 59)).toMatchObject(API_CLAIMS)
    expect(await ring.mac('tag', 1, new Uint8Array(3))).toEqual(mac)
  }
})

test('what is sealed opens in its own context, names its version, and nothing else opens', async () => {
  const ring = await load()
  const sealed = await ring.seal('api_clients/7/secret', utf8('secret'))
  expect(sealed).toMatch(/^1\.[A-Za-z0-9_-]+$/)
  expect(await ring.seal('api_clients/7/secret', utf8('secret'))).not.toBe(sealed)
  expect(await ring.open('api_clients/7/secret', sealed)).toEqual(utf8('secret'))
  for (const [context, text] of [
    ['api_clients/8/secret', sealed],
    ['api_clients/7/secret', sealed.replace('1.', '2.')],
    ['api_clients/7/secret', sealed.slice(0, -2)],
    ['api_clients/7/secret', ''],
    ['api_clients/7/secret', '1.'],
    ['api_clients/7/secret', 'secret'],
  ] as const) {
    expect(await ring.open(context, text)).toBeNull()
  }
})

test('a token of an API is no agent’s, an agent’s is none of an API, and neither outlives its time', async () => {
  const ring = await load()
  const agent = { id: 'a', organization: 1, dialect: 'native', profile: '1', key: '1' } as const
  const agentToken = await ring.signAgentToken(agent, 1_000)
  const apiToken = await ring.signApiToken(API_CLAIMS, 1_000, 60)
  expect(await ring.verifyApiToken(apiToken, 1_001)).toEqual({
    ...API_CLAIMS,
    issuedAtSeconds: 1_000,
    expiresAtSeconds: 1_060,
  })
  expect(await ring.verifyApiToken(apiToken, 1_060)).toBeNull()
  expect(await ring.verifyAgentToken(apiToken, 1_001)).toBeNull()
  expect(await ring.verifyApiToken(agentToken, 1_001)).toBeNull()
  const elsewhere = await load(undefined, 'https://other.example')
  expect(await elsewhere.verifyApiToken(apiToken, 1_001)).toBeNull()
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
  const { keys } = (await load()).agentKeySet(0)
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']])
})
