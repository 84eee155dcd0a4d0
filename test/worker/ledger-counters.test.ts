/** What a ledger counts for /metrics reaches D1 exactly, whatever comes twice, late, or after an eviction. */
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  attempt,
  CAUSE,
  type Ledger,
  makeKey,
  makeLedger,
  must,
  NEW_PROFILE,
  ORGANIZATION,
} from '../support/ledger.ts'

type Row = { readonly counters: Readonly<Record<string, number>>; readonly dialect: string }

const objectOf = (id: number) => env.LEDGERS.getByName(String(id))

async function inDatabase(id: number): Promise<Row | null> {
  const newest =
    'SELECT dialect, counters FROM profiles WHERE ledger = ? AND counted IS NOT NULL ORDER BY counted DESC'
  const row = await env.DB.prepare(newest).bind(id).first<{ dialect: string; counters: string }>()
  return row && { dialect: row.dialect, counters: JSON.parse(row.counters) }
}

/** Each run does what is due first: a delivery, then a report of counters, if any is left to do. */
async function settle(id: number): Promise<void> {
  for (let i = 0; i < 3; i++) await runDurableObjectAlarm(objectOf(id))
}

const redeem = async (ledger: Ledger, key: number, claim: string) =>
  must(await ledger.redeem(attempt(key, claim))).kind

const refresh = async (ledger: Ledger, generation: number) =>
  must(await ledger.refresh({ agent: 1, family: 1, generation, ringVersion: 1, request: CAUSE.request }))

test('every redemption is counted once by its outcome, across evictions', async () => {
  const { id, ledger } = await makeLedger({ dialect: 'illumio' })
  const key = await makeKey(ledger, { maxUses: 2 })
  await Promise.all(['a', 'b', 'a', 'c', 'd'].map((claim) => redeem(ledger, key, claim)))
  await evictDurableObject(objectOf(id))
  await redeem(ledger, key, 'a')
  await redeem(ledger, key + 1, 'a')
  await settle(id)
  expect(await inDatabase(id)).toEqual({
    dialect: 'illumio',
    counters: {
      keys: 1,
      agents: 2,
      'keys.spent.in': 1,
      'redemptions.repeat': 2,
      'redemptions.refused.key_spent': 2,
      'redemptions.refused.key_unknown': 1,
    },
  })
})

test('what makes no delivery of its own, a repeat or a refresh, arrives later, also after an eviction', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  await redeem(ledger, key, 'a')
  await settle(id)
  for (const generation of [1, 1, 2, 3]) expect(await refresh(ledger, generation)).not.toBeNull()
  await redeem(ledger, key, 'a')
  expect((await inDatabase(id))?.counters).toEqual({ keys: 1, agents: 1 })
  await evictDurableObject(objectOf(id))
  // A request brings the object back.
  must(await ledger.getProfile(ORGANIZATION, 1))
  await settle(id)
  const known = { 'refreshes.new': 3, 'refreshes.repeat': 1, 'redemptions.repeat': 1 }
  expect((await inDatabase(id))?.counters).toEqual({ keys: 1, agents: 1, ...known })
  expect([await refresh(ledger, 1), await refresh(ledger, 4)]).toEqual([null, null])
  await settle(id)
  expect((await inDatabase(id))?.counters).toMatchObject({ 'refreshes.reused': 1, 'refreshes.refused': 1 })
})

test('the states of keys and agents are what counting finds, whatever changes them', async () => {
  const { id, ledger } = await makeLedger()
  const keys = await Promise.all(
    [1, 2, null, null].map((maxUses) => makeKey(ledger, { maxUses, name: String(maxUses) })),
  )
  const [one, two, open, off] = keys as [number, number, number, number]
  for (const [key, claim] of [
    [one, 'a'],
    [two, 'b'],
    [two, 'c'],
    [open, 'd'],
  ] as const)
    await redeem(ledger, key, claim)
  must(await ledger.changeKey(ORGANIZATION, two, { maxUses: 3 }, CAUSE, null))
  must(await ledger.changeKey(ORGANIZATION, off, { isEnabled: false }, CAUSE, null))
  must(await ledger.pauseKey(ORGANIZATION, open, CAUSE, null))
  must(await ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE))
  must(await ledger.leave(ORGANIZATION, 2, CAUSE))
  must(await ledger.revokeKey(ORGANIZATION, one, CAUSE, null))
  must(await ledger.fence(CAUSE))
  await settle(id)
  const counters = (await inDatabase(id))?.counters ?? {}
  const now = (noun: string, state: string) =>
    (counters[`${noun}.${state}.in`] ?? 0) - (counters[`${noun}.${state}.out`] ?? 0)
  expect(counters).toMatchObject({ keys: 4, agents: 4 })
  expect(['spent', 'disabled', 'paused', 'suspended', 'revoked'].map((state) => now('keys', state))).toEqual(
    // All that were not revoked came from a backup.
    [0, 0, 0, 3, 1],
  )
  expect(['left', 'revoked'].map((state) => now('agents', state))).toEqual([1, 1])
})

test('a change of an agent, which makes no profile newer, brings the counts as well; of several profiles the newest count', async () => {
  const { id, ledger } = await makeLedger({ dialect: 'zpa' })
  const second = must(await ledger.create({ ...NEW_PROFILE, dialect: 'zpa', name: 'second' }, id, CAUSE))
  const one = await makeKey(ledger, { maxUses: null })
  const two = await makeKey(ledger, { maxUses: null, profile: second.n })
  const counted = async () => {
    await settle(id)
    return (await inDatabase(id))?.counters
  }
  await redeem(ledger, one, 'a')
  expect(await counted()).toEqual({ keys: 2, agents: 1 })
  await redeem(ledger, two, 'b')
  expect(await counted()).toEqual({ keys: 2, agents: 2 })
  must(await ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE))
  expect(await counted()).toEqual({ keys: 2, agents: 2, 'agents.revoked.in': 1 })
})
