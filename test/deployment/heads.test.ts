/** Signed heads: written by the housekeeper, once a day for each ledger that changed, and verified offline. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { JSONWebKeySet } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { type ExportedHead, verifyHeads } from '../../scripts/cli/verify-heads.ts'
import { parseId } from '../../src/core/kernel/ids.ts'
import {
  anyone,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../support/native-client.ts'

const DAY = 86_400_000

let acme: Organization
let keys: JSONWebKeySet
beforeAll(async () => {
  acme = await newOrganization()
  keys = (await anyone('GET', '/.well-known/latchkey-heads.json')).json
})

const ledgerOf = (id: string) => parseId(id.replace('key_', ''))?.ledger ?? 0
const enroll = async ({ code }: Json) => {
  expect((await anyone('POST', '/v1/enroll', { code, claim: newClaim() })).status).toBe(201)
}

/** As if a day had passed since the last run. */
async function keepHouse(): Promise<void> {
  const housekeeper = env.HOUSEKEEPER.getByName('housekeeper')
  await housekeeper.wake()
  await runInDurableObject(housekeeper, async (_, { storage }) => {
    await storage.delete('ledger_heads')
    await storage.setAlarm(Date.now() + DAY)
  })
  expect(await runDurableObjectAlarm(housekeeper)).toBe(true)
}

async function headsOf(ledger: number, atLeast: number): Promise<ExportedHead[]> {
  return eventually(async () => {
    const { json } = await acme.owner('GET', '/v1/events?type=ledger.head&limit=500')
    const heads = (json.items as Json[])
      .filter(({ subject }) => subject.id === String(ledger))
      .map(({ id, at, detail }) => ({
        from: id,
        head: detail.head,
        event: { ledger: String(ledger), at, sequence: detail.sequence },
      }))
    return heads.length >= atLeast ? heads : undefined
  })
}

function payloadOf({ head }: ExportedHead): Json {
  const [, payload = ''] = head.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
}

test('a ledger’s counts are signed when they have changed, and not otherwise', async () => {
  const key = await acme.key({ max_uses: 9 })
  const ledger = ledgerOf(key.id)
  await enroll(key)
  await keepHouse()
  const [first] = await headsOf(ledger, 1)
  expect(first && payloadOf(first)).toMatchObject({
    iss: 'https://latchkey.example',
    ledger,
    organization_id: acme.id,
    sequence: 1,
    previous: null,
    keys: [{ uses: 1, held: 0, max_uses: 9 }],
  })
  await keepHouse()
  await enroll(key)
  await keepHouse()
  const heads = await headsOf(ledger, 2)
  expect(heads.map((one) => payloadOf(one).sequence)).toEqual([2, 1])
  expect(await verifyHeads(heads, keys)).toMatchObject({
    chains: [{ ledger, from: 1, to: 2, heads: 2 }],
    problems: [],
  })
})

test('a large ledger has a head of several parts, each with at most 500 keys', async () => {
  const key = await acme.key({ max_uses: 9 })
  const ledger = ledgerOf(key.id)
  await runInDurableObject(env.LEDGERS.getByName(String(ledger)), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 1100)
       INSERT INTO keys (n, profile, code_hash, ring_version, max_uses, updated_at, body, version)
       SELECT keys.n + i, profile, code_hash || i, ring_version, max_uses, updated_at, body, 1 FROM keys, numbers`,
    )
  })
  await keepHouse()
  const heads = (await headsOf(ledger, 3)).map(payloadOf).toReversed()
  const parts = heads.map((one) => [one.part, one.is_last_part, one.keys.length])
  expect(parts.toSorted()).toEqual([
    [1, false, 500],
    [2, false, 500],
    [3, true, 101],
  ])
  expect(await verifyHeads(await headsOf(ledger, 3), keys)).toMatchObject({ problems: [] })
})

test('after a restore a new chain begins, and names the last head that was restored', async () => {
  const key = await acme.key()
  const ledger = ledgerOf(key.id)
  await keepHouse()
  const [before] = await headsOf(ledger, 1)
  const fenced = await env.LEDGERS.getByName(String(ledger)).fence({
    actor: { kind: 'system' },
    request: { id: '', method: '', path: '', address: null },
  })
  expect(fenced.ok).toBe(true)
  await keepHouse()
  const heads = await headsOf(ledger, 2)
  const [after] = heads
  const { chains, problems } = await verifyHeads(heads, keys)
  expect(problems).toEqual([])
  expect(chains.map(({ heads: n }) => n)).toEqual([1, 1])
  const hash = chains.find(({ chain }) => before && chain === payloadOf(before).chain)?.hash
  expect(after && payloadOf(after)).toMatchObject({ sequence: 1, previous: hash })
})

test('a head is signed by a key that signs nothing else', async () => {
  const { json } = await anyone('GET', '/.well-known/jwks.json')
  const kids = (set: Json) => set.keys.map(({ kid }: Json) => kid)
  expect(kids(keys)).toEqual(['head-1'])
  expect(kids(json)).not.toContain('head-1')
  const key = await acme.key()
  const { access_token } = (await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).json
  const { problems } = await verifyHeads([{ from: 'a token', head: access_token }], keys)
  expect(problems).toEqual([expect.stringMatching(/^a token: /)])
  const authorization = `Bearer ${(await headsOf(ledgerOf(key.id), 0))[0]?.head ?? 'none'}`
  expect((await anyone('GET', '/v1/agents/self', undefined, { authorization })).status).toBe(401)
})
