/** Whether a change is within its operator's reach is decided in the commit that makes it, on the labels that are there then. */
import { expect, test } from 'vitest'
import type { Reach } from '../../src/core/access/reach/reach.ts'
import type { Fault, Outcome } from '../../src/core/kernel/outcome.ts'
import {
  attempt,
  CAUSE,
  type Ledger,
  makeKey,
  makeLedger,
  must,
  NEW_KEY,
  NEW_PROFILE,
  ORGANIZATION,
} from '../support/ledger.ts'

const reach = (id: string, value: string | null): Reach => [[{ id, key: 'env', value }]]
const DEV = reach('1', 'dev')
const PROD = reach('2', 'prod')
const grant = (id: string) => ({ values: {}, labels: [{ key: 'env', id }], locks: [] })
const DENIED = { ok: false, fault: { kind: 'permission_missing' } }

/** A profile (1) of the label dev, a key of it, and an agent (1) that has the label too. */
async function labelled() {
  const { id, ledger } = await makeLedger({ grant: grant('1') })
  const key = await makeKey(ledger, { maxUses: null })
  must(await ledger.redeem(attempt(key, 'a')))
  return { id, ledger, key }
}

/** An owner takes the profile, or the agent, out of dev. */
const MOVES = {
  profile: (ledger: Ledger) => ledger.changeProfile(ORGANIZATION, 1, { grant: grant('2') }, CAUSE),
  agent: (ledger: Ledger) => ledger.changeAgent(ORGANIZATION, 1, { labels: grant('2').labels }, CAUSE),
}

type Change = (ledger: Ledger, key: number, within: Reach) => Promise<Outcome<unknown, Fault>>
const CHANGES: readonly [string, keyof typeof MOVES, Change][] = [
  ['making a key', 'profile', (l, _, within) => l.createKey(ORGANIZATION, NEW_KEY, CAUSE, within)],
  [
    'changing a key',
    'profile',
    (l, key, within) => l.changeKey(ORGANIZATION, key, { isEnabled: false }, CAUSE, within),
  ],
  ['revoking a key', 'profile', (l, key, within) => l.revokeKey(ORGANIZATION, key, CAUSE, within)],
  ['revoking all keys', 'profile', (l, _, within) => l.revokeKeys(ORGANIZATION, 1, CAUSE, within)],
  ['deleting a profile', 'profile', (l, _, within) => l.deleteProfile(ORGANIZATION, 1, CAUSE, false, within)],
  [
    'disabling a key with its agent',
    'profile',
    (l, _, keys) => l.revokeAgent(ORGANIZATION, 1, 'disable', CAUSE, { agents: null, keys }),
  ],
  [
    'disabling a key with all of its agents',
    'profile',
    (l, key, keys) => l.revokeAgents(ORGANIZATION, key, 0, 'disable', false, CAUSE, { agents: null, keys }),
  ],
  [
    'revoking all agents of a key',
    'profile',
    (l, key, agents) => l.revokeAgents(ORGANIZATION, key, 0, 'keep', false, CAUSE, { agents, keys: [] }),
  ],
  [
    'changing an agent',
    'agent',
    (l, _, within) => l.changeAgent(ORGANIZATION, 1, { hostname: 'mine' }, CAUSE, within),
  ],
  ['unpairing agents', 'agent', (l, _, within) => l.leaveMany(ORGANIZATION, [1], CAUSE, within)],
  [
    'revoking an agent',
    'agent',
    (l, _, agents) => l.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE, { agents, keys: [] }),
  ],
]

test.each(CHANGES)(
  '%s is refused when its labels were changed in the same commit, and changes nothing',
  async (_, moved, change) => {
    const { ledger, key } = await labelled()
    const [move, refused] = await Promise.all([MOVES[moved](ledger), change(ledger, key, DEV)])
    expect([move.ok, refused]).toEqual([true, DENIED])
    expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ isEnabled: true, revokedAt: null })
    const agent = must(await ledger.getAgent(ORGANIZATION, 1))
    expect(agent).toMatchObject({ state: 'active', hostname: 'host' })
    expect(must(await ledger.getProfile(ORGANIZATION, 1)).grant.labels).toEqual(
      grant(moved === 'profile' ? '2' : '1').labels,
    )
    expect((await ledger.getKey(ORGANIZATION, key + 1)).ok).toBe(false)
    expect((await change(ledger, key, PROD)).ok, 'of who has them within reach').toBe(true)
  },
)

test('all agents of a key: those that are moved in the same commit are left out', async () => {
  const { ledger, key } = await labelled()
  const second = must(await ledger.redeem(attempt(key, 'b')))
  if (second.kind !== 'new') throw new Error(second.kind)
  const within = { agents: DEV, keys: [] }
  const [, revoked] = await Promise.all([
    MOVES.agent(ledger),
    ledger.revokeAgents(ORGANIZATION, key, 0, 'keep', false, CAUSE, within),
  ])
  expect(must(revoked)).toMatchObject({ agents: [second.agent.id], leftOut: 1 })
  expect(must(await ledger.getAgent(ORGANIZATION, 1)).state).toBe('active')
})

test('of agents of one ledger that are to leave, all do or none', async () => {
  const { ledger, key } = await labelled()
  must(await ledger.redeem(attempt(key, 'b')))
  must(await MOVES.agent(ledger))
  expect(await ledger.leaveMany(ORGANIZATION, [2, 1], CAUSE, DEV)).toEqual(DENIED)
  expect(must(await ledger.getAgents(ORGANIZATION, [1, 2])).map(({ state }) => state)).toEqual([
    'active',
    'active',
  ])
})

test('an agent, or a key, is not moved out of the reach', async () => {
  const { id, ledger, key } = await labelled()
  const labels = grant('2').labels
  expect(await ledger.changeAgent(ORGANIZATION, 1, { labels }, CAUSE, DEV)).toEqual(DENIED)
  const other = must(await ledger.create({ ...NEW_PROFILE, grant: grant('2') }, id, CAUSE)).n
  expect(await ledger.changeKey(ORGANIZATION, key, { profile: other }, CAUSE, DEV)).toEqual(DENIED)
  const both: Reach = [...(DEV ?? []), ...(PROD ?? [])]
  expect(must(await ledger.changeKey(ORGANIZATION, key, { profile: other }, CAUSE, both)).profile).toBe(other)
})

test('a machine that wished for a label by its value has the label of that value, while there is one', async () => {
  const { ledger } = await makeLedger({ grant: { values: {}, labels: [], locks: [] } })
  const key = await makeKey(ledger)
  must(await ledger.redeem(attempt(key, 'a', { wishes: { values: {}, labels: { env: 'dev' } } })))
  const rename = (within: Reach) => ledger.changeAgent(ORGANIZATION, 1, { hostname: 'mine' }, CAUSE, within)
  expect(await rename(PROD)).toEqual(DENIED)
  expect(await rename(reach('1', null)), 'the label is deleted').toEqual(DENIED)
  expect(await rename([]), 'nowhere').toEqual(DENIED)
  expect((await rename(DEV)).ok).toBe(true)
})

test('a scope of two labels is all of them; two scopes are either', async () => {
  const labels = [
    { key: 'env', id: '1' },
    { key: 'app', id: '7' },
  ]
  const { ledger } = await makeLedger({ grant: { values: {}, labels, locks: [] } })
  const key = await makeKey(ledger)
  const read = (within: Reach) => ledger.getKey(ORGANIZATION, key, within)
  const label = (id: string) => ({ id, key: '', value: null })
  expect((await read([[label('1'), label('7')]])).ok).toBe(true)
  expect(await read([[label('1'), label('8')]])).toEqual(DENIED)
  expect((await read([[label('8')], [label('7')]])).ok).toBe(true)
  expect((await read([[]])).ok, 'a scope without labels is everywhere').toBe(true)
})
