import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Intent } from '../../src/core/enrollment/ledger/rules/decide.ts'
import { type KeyRules, NO_RULES } from '../../src/core/enrollment/ledger/rules/key-rules.ts'
import { attempt, CAUSE, type Ledger, makeKey, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'

const HOLDABLE: Partial<KeyRules> = { hold: 'allowed' }
const APPROVAL: Partial<KeyRules> = { approval: { expiresSeconds: 600, maxPending: 20, by: 'user' } }
const CLOCK = { toFake: ['Date' as const] }

afterEach(() => {
  vi.useRealTimers()
})

/** A claim's hash is hexadecimal. */
function claim(n: number): string {
  return n.toString(16).padStart(64, '0')
}

function ask(ledger: Ledger, key: number, n: number, intent: Intent, more = {}) {
  return ledger.redeem(attempt(key, claim(n), { intent, ...more })).then(must)
}

async function keyOf(ledger: Ledger, key: number) {
  const { uses, held } = must(await ledger.getKey(ORGANIZATION, key))
  return { uses, held }
}

/** What the storage says: the law that no commit breaks. */
async function rowsOf(id: number, key: number) {
  const stub = env.LEDGERS.getByName(String(id))
  return runInDurableObject(stub, (_, { storage }) => {
    const row = storage.sql
      .exec<{ uses: number; held: number; max_uses: number | null; holds: number; agents: number }>(
        `SELECT uses, held, max_uses, (SELECT count(*) FROM holds WHERE holds.key = keys.n) AS holds,
           (SELECT count(*) FROM agents WHERE agents.key = keys.n) AS agents FROM keys WHERE n = ?`,
        key,
      )
      .one()
    return row
  })
}

describe('a held use', () => {
  test('is kept for its claim: the rest is less by it, and the same request finds it as it is', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 4, rules: HOLDABLE })
    const first = await ask(ledger, key, 1, 'hold', { holdSeconds: 60 })
    expect(first).toMatchObject({ kind: 'held', hold: 'reserve' })
    expect(await ask(ledger, key, 1, 'hold', { holdSeconds: 3_600 })).toEqual(first)
    expect(await keyOf(ledger, key)).toEqual({ uses: 0, held: 1 })
  })

  test('becomes one agent, by a confirmation or by a plain enrollment, and a repeat after that', async () => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 2, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold')
    await ask(ledger, key, 2, 'hold')
    const made = await ask(ledger, key, 1, 'confirm')
    expect(made).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 1, 'confirm')).toMatchObject({ kind: 'repeat' })
    expect(await ask(ledger, key, 2, 'enroll')).toMatchObject({ kind: 'new' })
    expect(await rowsOf(id, key)).toMatchObject({ uses: 2, held: 0, holds: 0, agents: 2 })
  })

  test('goes back when it is cancelled, as often as that is asked; the agent that it became does not', async () => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 1, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold')
    expect(await ask(ledger, key, 1, 'cancel')).toEqual({ kind: 'cancelled' })
    expect(await ask(ledger, key, 1, 'cancel')).toEqual({ kind: 'cancelled' })
    expect(await ask(ledger, key, 2, 'enroll')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 2, 'cancel')).toMatchObject({ kind: 'repeat' })
    expect(await rowsOf(id, key)).toMatchObject({ uses: 1, held: 0, holds: 0, agents: 1 })
  })

  test('is no redemption when it lapsed: a confirmation is refused, however much is left', async () => {
    vi.useFakeTimers(CLOCK)
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold', { holdSeconds: 60 })
    vi.setSystemTime(Date.now() + 60_000)
    expect(await ask(ledger, key, 1, 'confirm')).toMatchObject({ reason: 'hold_lapsed' })
    expect(await keyOf(ledger, key)).toEqual({ uses: 0, held: 0 })
  })

  test('lapses by the object’s alarm, also when no machine asks', async () => {
    vi.useFakeTimers(CLOCK)
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold', { holdSeconds: 60 })
    vi.setSystemTime(Date.now() + 61_000)
    await runDurableObjectAlarm(env.LEDGERS.getByName(String(id)))
    expect(await rowsOf(id, key)).toMatchObject({ held: 0, holds: 0 })
  })

  test('is for others no use: what is held is neither spent nor free', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 1, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold')
    expect(await ask(ledger, key, 2, 'enroll')).toMatchObject({ reason: 'key_held' })
    expect(await ask(ledger, key, 2, 'hold')).toMatchObject({ reason: 'key_held' })
  })

  test('is refused where the key does not let uses be held, and needed where it says so', async () => {
    const { ledger } = await makeLedger()
    const plain = await makeKey(ledger, { maxUses: 5, codeHash: 'plain' })
    const strict = await makeKey(ledger, { maxUses: 5, codeHash: 'strict', rules: { hold: 'required' } })
    const at = (key: number, codeHash: string, intent: Intent) => ask(ledger, key, 1, intent, { codeHash })
    expect(await at(plain, 'plain', 'hold')).toMatchObject({ reason: 'hold_not_allowed' })
    expect(await at(strict, 'strict', 'enroll')).toMatchObject({ reason: 'hold_required' })
    expect(await at(strict, 'strict', 'hold')).toMatchObject({ kind: 'held' })
    expect(await at(strict, 'strict', 'enroll')).toMatchObject({ kind: 'new' })
  })

  test('of one network is at most a quarter of the key', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 8, rules: HOLDABLE })
    const from = (n: number, address: string) => ask(ledger, key, n, 'hold', { address })
    expect(await from(1, '2001:db8::1')).toMatchObject({ kind: 'held' })
    expect(await from(2, '2001:db8::2')).toMatchObject({ kind: 'held' })
    expect(await from(3, '2001:db8::3')).toMatchObject({ reason: 'holds_full' })
    expect(await from(3, '192.0.2.1')).toMatchObject({ kind: 'held' })
  })

  test('stays with a key that is moved, and gets what the profile grants when it is confirmed', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 2, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold')
    must(await ledger.changeKey(ORGANIZATION, key, { name: 'renamed' }, CAUSE))
    expect(await ask(ledger, key, 1, 'confirm', { hostname: null })).toMatchObject({ hostname: 'renamed-1' })
  })
})

describe('holds go back in the commit that', () => {
  const ways: Record<string, (ledger: Ledger, key: number) => Promise<unknown>> = {
    'revokes the key': (ledger, key) => ledger.revokeKey(ORGANIZATION, key, CAUSE),
    'revokes the keys of the profile': (ledger) => ledger.revokeKeys(ORGANIZATION, 1, CAUSE),
    'deletes the profile': (ledger) => ledger.deleteProfile(ORGANIZATION, 1, CAUSE),
    'drops the ring version of its code': (ledger) => ledger.dropRingVersion(1, CAUSE),
    'fences a restored ledger': (ledger) => ledger.fence(CAUSE),
    'revokes what the key enrolled since': (ledger, key) =>
      ledger.revokeAgents(ORGANIZATION, key, 0, 'keep', false, CAUSE),
  }

  test.each(Object.entries(ways))('%s', async (_, way) => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: HOLDABLE })
    for (const n of [1, 2, 3]) await ask(ledger, key, n, 'hold')
    await way(ledger, key)
    expect(await rowsOf(id, key)).toMatchObject({ held: 0, holds: 0 })
  })

  test('lowers the limit: the newest go, and what is left is what the limit allows', async () => {
    vi.useFakeTimers(CLOCK)
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: HOLDABLE })
    for (const n of [1, 2, 3]) {
      vi.setSystemTime(Date.now() + 1_000)
      await ask(ledger, key, n, 'hold')
    }
    await ask(ledger, key, 9, 'enroll')
    must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 2 }, CAUSE))
    expect(await rowsOf(id, key)).toMatchObject({ uses: 1, held: 1, holds: 1 })
    expect(await ask(ledger, key, 3, 'confirm')).toMatchObject({ reason: 'hold_lapsed' })
    expect(await ask(ledger, key, 1, 'confirm')).toMatchObject({ kind: 'new' })
  })

  test('and disabling the key keeps them, but lets nothing through', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: HOLDABLE })
    await ask(ledger, key, 1, 'hold')
    must(await ledger.changeKey(ORGANIZATION, key, { isEnabled: false }, CAUSE))
    expect(await ask(ledger, key, 1, 'confirm')).toMatchObject({ reason: 'key_disabled' })
    must(await ledger.changeKey(ORGANIZATION, key, { isEnabled: true }, CAUSE))
    expect(await ask(ledger, key, 1, 'confirm')).toMatchObject({ kind: 'new' })
  })
})

test('1,000 holders at once on 25 uses: 25 hold, and after all have lapsed exactly 25 enroll', async () => {
  vi.useFakeTimers(CLOCK)
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 25, rules: HOLDABLE })
  const numbers = Array.from({ length: 1_000 }, (_, n) => n + 1)
  const held = await Promise.all(numbers.map((n) => ask(ledger, key, n, 'hold')))
  expect(held.filter(({ kind }) => kind === 'held')).toHaveLength(25)
  expect(await rowsOf(id, key)).toMatchObject({ uses: 0, held: 25, holds: 25 })
  vi.setSystemTime(Date.now() + 601_000)
  const enrolled = await Promise.all(numbers.map((n) => ask(ledger, key, n, 'enroll')))
  expect(enrolled.filter(({ kind }) => kind === 'new')).toHaveLength(25)
  expect(await rowsOf(id, key)).toMatchObject({ uses: 25, held: 0, holds: 0, agents: 25 })
})

describe('approval', () => {
  const decide = (ledger: Ledger, key: number, n: number, decision: 'approved' | 'denied') =>
    ledger.decideClaim(ORGANIZATION, key, claim(n), decision, 'user', CAUSE)

  test('keeps a claim waiting, then lets its machine in when it asks again', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: APPROVAL })
    expect(await ask(ledger, key, 1, 'enroll')).toMatchObject({
      kind: 'held',
      hold: 'approval',
      isApproved: false,
    })
    const [waiting] = must(await ledger.waitingClaims(ORGANIZATION, [key]))
    expect(waiting).toMatchObject({ claimHash: claim(1), kind: 'approval', said: { hostname: 'host' } })
    must(await decide(ledger, key, 1, 'approved'))
    expect(await keyOf(ledger, key)).toEqual({ uses: 0, held: 1 })
    expect(await ask(ledger, key, 1, 'enroll')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 1, 'enroll')).toMatchObject({ kind: 'repeat' })
    expect(await keyOf(ledger, key)).toEqual({ uses: 1, held: 0 })
  })

  test('shows at most a hundred claims of a key, those that wait for approval first', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 500, rules: HOLDABLE })
    for (let n = 1; n <= 120; n++) await ask(ledger, key, n, 'hold')
    must(await ledger.changeKey(ORGANIZATION, key, { rules: APPROVAL }, CAUSE))
    await ask(ledger, key, 999, 'enroll')
    const shown = must(await ledger.waitingClaims(ORGANIZATION, [key]))
    expect(shown).toHaveLength(100)
    expect(shown.map(({ claimHash }) => claimHash)).toContain(claim(999))
  })

  test('of two operators at once one decides, and the other hears who and when', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: APPROVAL })
    await ask(ledger, key, 1, 'enroll')
    const [first, second] = await Promise.all([
      decide(ledger, key, 1, 'approved'),
      decide(ledger, key, 1, 'denied'),
    ])
    expect(first).toMatchObject({ ok: true, value: { decision: 'approved', isNew: true } })
    expect(second).toMatchObject({
      ok: false,
      fault: { kind: 'already_decided', by: 'operator@demo.example' },
    })
    expect(await decide(ledger, key, 1, 'approved')).toMatchObject({ value: { isNew: false } })
  })

  test('denied is denied: the use goes back, and the claim does not wait again', async () => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: APPROVAL })
    await ask(ledger, key, 1, 'enroll')
    must(await decide(ledger, key, 1, 'denied'))
    expect(await ask(ledger, key, 1, 'enroll')).toMatchObject({ reason: 'claim_denied' })
    expect(await rowsOf(id, key)).toMatchObject({ uses: 0, held: 0, holds: 0 })
  })

  test('needs a person, unless the key says otherwise', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: APPROVAL })
    await ask(ledger, key, 1, 'enroll')
    const byProgram = () => ledger.decideClaim(ORGANIZATION, key, claim(1), 'approved', 'automation', CAUSE)
    expect(await byProgram()).toMatchObject({ ok: false, fault: { kind: 'session_needed' } })
    const approval = { expiresSeconds: 600, maxPending: 20, by: 'automation' as const }
    must(await ledger.changeKey(ORGANIZATION, key, { rules: { approval } }, CAUSE))
    expect(await byProgram()).toMatchObject({ ok: true })
  })

  test('bounds the claims that wait, of all and of one network', async () => {
    const { ledger } = await makeLedger()
    const approval = { expiresSeconds: 600, maxPending: 7, by: 'user' as const }
    const key = await makeKey(ledger, { maxUses: 500, rules: { approval } })
    const from = (n: number, address: string) => ask(ledger, key, n, 'enroll', { address })
    for (let n = 1; n <= 5; n++) expect(await from(n, '192.0.2.1')).toMatchObject({ kind: 'held' })
    expect(await from(6, '192.0.2.1')).toMatchObject({ reason: 'approvals_full' })
    expect(await from(6, '192.0.2.2')).toMatchObject({ kind: 'held' })
    expect(await from(7, '192.0.2.3')).toMatchObject({ kind: 'held' })
    expect(await from(8, '192.0.2.4')).toMatchObject({ reason: 'approvals_full' })
  })

  test('that is switched off returns what waits for it', async () => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, rules: APPROVAL })
    await ask(ledger, key, 1, 'enroll')
    must(await ledger.changeKey(ORGANIZATION, key, { rules: { approval: null } }, CAUSE))
    expect(await rowsOf(id, key)).toMatchObject({ held: 0, holds: 0 })
    expect(await ask(ledger, key, 1, 'enroll')).toMatchObject({ kind: 'new' })
  })
})

test('no statement takes more than the key allows, whatever the code decides', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 2, rules: HOLDABLE })
  await ask(ledger, key, 1, 'hold')
  await ask(ledger, key, 2, 'enroll')
  const failures = await runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) =>
    ['uses = uses + 1', 'held = held + 1', 'held = -1'].map((change) => {
      try {
        storage.sql.exec(`UPDATE keys SET ${change} WHERE n = ?`, key)
        return null
      } catch (error) {
        return String(error)
      }
    }),
  )
  for (const failure of failures) expect(failure).toContain('key use limit exceeded')
  // A limit below what is taken lets that become less.
  must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 1 }, CAUSE))
  expect(await rowsOf(id, key)).toMatchObject({ uses: 1, held: 0 })
})

test('a key without rules has none in its record', async () => {
  const { ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 2 })
  expect(must(await ledger.getKey(ORGANIZATION, key)).rules).toBeNull()
  must(await ledger.changeKey(ORGANIZATION, key, { rules: { hold: 'allowed' } }, CAUSE))
  expect(must(await ledger.getKey(ORGANIZATION, key)).rules).toEqual({ ...NO_RULES, hold: 'allowed' })
  must(await ledger.changeKey(ORGANIZATION, key, { rules: { hold: 'off' } }, CAUSE))
  expect(must(await ledger.getKey(ORGANIZATION, key)).rules).toBeNull()
})
