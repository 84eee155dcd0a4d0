/** Promises 1 to 4, on the real object with real concurrency. */
import { describe, expect, test } from 'vitest'
import type { RefusalReason } from '../../src/core/kernel/refusal-reason.ts'
import {
  attempt,
  CAUSE,
  type Ledger,
  makeKey,
  makeLedger,
  must,
  ORGANIZATION,
  stubOf,
} from '../support/ledger.ts'

async function usesOf(ledger: Ledger, key: number): Promise<number> {
  return must(await ledger.getKey(ORGANIZATION, key)).uses
}

describe('N uses means N', () => {
  test('1,000 concurrent redemptions of a 10-use key, each sent twice: exactly 10 agents, each winner answered twice alike', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 10 })
    const claims = Array.from({ length: 1_000 }, (_, i) => `claim ${i}`)
    const sent = claims.flatMap((claim) => [claim, claim])
    const results = await Promise.all(
      sent.map(async (claim) => ({ claim, result: must(await ledger.redeem(attempt(key, claim))) })),
    )
    const won = results.flatMap(({ claim, result }) =>
      'agent' in result ? [{ claim, id: result.agent.id, kind: result.kind }] : [],
    )
    expect(new Set(won.map((one) => one.id)).size).toBe(10)
    expect(won.filter((one) => one.kind === 'new')).toHaveLength(10)
    expect(won).toHaveLength(20)
    for (const { claim, id } of won) {
      expect(won.filter((one) => one.claim === claim).map((one) => one.id)).toEqual([id, id])
    }
    expect(await usesOf(ledger, key)).toBe(10)
  })

  test('without a claim each call is a use of its own, and the last one is refused', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 3 })
    const results = await Promise.all(Array.from({ length: 8 }, () => ledger.redeem(attempt(key, null))))
    const kinds = results.map((result) => must(result).kind).sort()
    expect(kinds).toEqual(['new', 'new', 'new', ...Array(5).fill('refused')])
  })

  test('many keys of one profile at once: each gives what it allows', async () => {
    const { ledger } = await makeLedger()
    const keys = await Promise.all(
      [1, 2, 3, 4, 5].map((maxUses) => makeKey(ledger, { maxUses, codeHash: `code ${maxUses}` })),
    )
    await Promise.all(
      keys.flatMap((key, i) =>
        Array.from({ length: 20 }, (_, claim) =>
          ledger.redeem(attempt(key, `claim ${claim}`, { codeHash: `code ${i + 1}` })),
        ),
      ),
    )
    expect(await Promise.all(keys.map((key) => usesOf(ledger, key)))).toEqual([1, 2, 3, 4, 5])
  })

  test('raising a limit lets in that many more; lowering it below the count keeps what is there', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 2 })
    const redeem = (claim: string) => ledger.redeem(attempt(key, claim)).then((r) => must(r).kind)
    expect([await redeem('a'), await redeem('b'), await redeem('c')]).toEqual(['new', 'new', 'refused'])
    must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 3 }, CAUSE))
    expect([await redeem('c'), await redeem('d')]).toEqual(['new', 'refused'])
    must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 1 }, CAUSE))
    expect([await redeem('e'), await redeem('a')]).toEqual(['refused', 'repeat'])
    expect(await usesOf(ledger, key)).toBe(3)
  })
})

/** In ledger-holds.test.ts, ledger-guardrails.test.ts, ledger-slots.test.ts and native/identity.test.ts. */
type HoldReason =
  | `identity_${string}`
  | `hold${string}`
  | `claim_${'denied' | 'required'}`
  | 'approvals_full'
  | 'holds_full'
  | 'key_held'
  | 'key_paused'
  | 'key_not_started'
  | 'key_decoy'
  | 'outside_window'
  | 'rate_limited'
  | 'slot_filled'

describe('a refusal changes no count', () => {
  type Setting = { ledger: Ledger; key: number }
  const reasons: Record<
    Exclude<RefusalReason, HoldReason>,
    (setting: Setting) => Promise<Partial<Parameters<typeof attempt>[2]>>
  > = {
    key_unknown: async () => ({ codeHash: 'another code' }),
    profile_disabled: async ({ ledger }) => {
      must(await ledger.changeProfile(ORGANIZATION, 1, { isEnabled: false }, CAUSE))
      return {}
    },
    key_revoked: async ({ ledger, key }) => {
      must(await ledger.revokeKey(ORGANIZATION, key, CAUSE))
      return {}
    },
    key_disabled: async ({ ledger, key }) => {
      must(await ledger.changeKey(ORGANIZATION, key, { isEnabled: false }, CAUSE))
      return {}
    },
    suspended_by_restore: async ({ ledger }) => {
      must(await ledger.fence(CAUSE))
      return {}
    },
    address_not_allowed: async ({ ledger, key }) => {
      must(await ledger.changeKey(ORGANIZATION, key, { allowedAddresses: ['192.0.2.0/24'] }, CAUSE))
      return { address: '198.51.100.1' }
    },
    agent_revoked: async ({ ledger }) => {
      must(await ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE))
      return { claimHash: 'the first claim' }
    },
    agent_disabled: async ({ ledger }) => {
      must(await ledger.changeAgent(ORGANIZATION, 1, { isEnabled: false }, CAUSE, null))
      return { claimHash: 'the first claim' }
    },
    claim_bound: async () => ({
      claimHash: 'the first claim',
      binding: { hash: 'another public key', issuer: null, ringVersion: 1 },
    }),
    key_expired: async ({ ledger, key }) => {
      must(await ledger.changeKey(ORGANIZATION, key, { expiresAt: 1 }, CAUSE))
      return {}
    },
    not_listed: async ({ ledger, key }) => {
      must(await ledger.addSlots(ORGANIZATION, key, [{ by: 'hostname', value: 'another' }], CAUSE))
      return {}
    },
    key_spent: async ({ ledger, key }) => {
      must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 1 }, CAUSE))
      return {}
    },
    issuer_unavailable: async ({ ledger, key }) => {
      must(await ledger.changeKey(ORGANIZATION, key, { issuer: 7 }, CAUSE))
      return { binding: { hash: 'a public key', issuer: 7, ringVersion: 1, isUnavailable: true } }
    },
  }

  test.each(Object.entries(reasons))('%s', async (reason, arrange) => {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5 })
    must(await ledger.redeem(attempt(key, 'the first claim')))
    const more = await arrange({ ledger, key })
    const refusals = await Promise.all(
      Array.from({ length: 5 }, () => ledger.redeem(attempt(key, 'a second claim', more))),
    )
    for (const refusal of refusals) expect(must(refusal)).toEqual({ kind: 'refused', reason })
    expect(await usesOf(ledger, key)).toBe(1)
    const { refusals: counted } = must(
      await stubOf(id).explain(ORGANIZATION, key, 'a second claim', more?.address ?? null),
    )
    expect(counted).toMatchObject([{ reason, count: 5 }])
  })

  test('a deleted profile: its codes are unknown, and its agents stay', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5 })
    must(await ledger.redeem(attempt(key, 'a')))
    must(await ledger.deleteProfile(ORGANIZATION, 1, CAUSE))
    const refused = { kind: 'refused', reason: 'key_unknown' }
    expect(must(await ledger.redeem(attempt(key, 'a')))).toEqual(refused)
    expect(must(await ledger.redeem(attempt(key, 'b')))).toEqual(refused)
    expect(must(await ledger.getAgent(ORGANIZATION, 1)).state).toBe('active')
  })

  test('a ledger that does not exist refuses, and makes no table', async () => {
    const stray = stubOf(2_000_000_000)
    expect(must(await stray.redeem(attempt(1, 'a')))).toEqual({ kind: 'refused', reason: 'key_unknown' })
    expect(await stray.getProfile(ORGANIZATION, 1)).toMatchObject({ ok: false, fault: { kind: 'not_found' } })
  })
})

describe('off is off', () => {
  test('no redemption that began after the acknowledgement passes, while others race it', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: null })
    const racing = Array.from({ length: 200 }, (_, i) => ledger.redeem(attempt(key, `racing ${i}`)))
    must(await ledger.changeKey(ORGANIZATION, key, { isEnabled: false }, CAUSE))
    const after = await Promise.all(
      Array.from({ length: 200 }, (_, i) => ledger.redeem(attempt(key, `after ${i}`))),
    )
    for (const result of after) expect(must(result)).toEqual({ kind: 'refused', reason: 'key_disabled' })
    const kinds = (await Promise.all(racing)).map((result) => must(result).kind)
    expect(await usesOf(ledger, key)).toBe(kinds.filter((kind) => kind === 'new').length)
  })

  test('an agent that left ends its claim: the next use is a new one and spends', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 2 })
    const first = must(await ledger.redeem(attempt(key, 'a')))
    must(await ledger.leave(ORGANIZATION, 1, CAUSE))
    const second = must(await ledger.redeem(attempt(key, 'a')))
    expect(second).toMatchObject({ kind: 'new', agent: { n: 2 } })
    expect(second).not.toMatchObject({ agent: { id: (first as { agent: { id: string } }).agent.id } })
    expect(await usesOf(ledger, key)).toBe(2)
  })

  test('a revoked claim does not come back, and revoking says what is left of the key', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 3 })
    must(await ledger.redeem(attempt(key, 'a')))
    const kept = must(await ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE))
    expect(kept.keyState).toEqual({ isEnabled: true, usesLeft: 2 })
    expect(must(await ledger.redeem(attempt(key, 'a')))).toMatchObject({ reason: 'agent_revoked' })
    expect(must(await ledger.redeem(attempt(key, 'b')))).toMatchObject({ kind: 'new' })
    const disabled = must(await ledger.revokeAgent(ORGANIZATION, 2, 'disable', CAUSE))
    expect(disabled.keyState).toEqual({ isEnabled: false, usesLeft: 1 })
    expect(must(await ledger.redeem(attempt(key, 'c')))).toMatchObject({ reason: 'key_disabled' })
  })

  test('all agents that a key enrolled since an instant: a dry run changes nothing, the real one all of them', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 10 })
    const other = await makeKey(ledger, { maxUses: 10, codeHash: 'other' })
    for (const claim of ['a', 'b', 'c']) must(await ledger.redeem(attempt(key, claim)))
    must(await ledger.redeem(attempt(other, 'a', { codeHash: 'other' })))
    const dry = must(await ledger.revokeAgents(ORGANIZATION, key, 0, 'disable', true, CAUSE))
    expect(dry.agents).toHaveLength(3)
    expect(must(await ledger.redeem(attempt(key, 'a'))).kind).toBe('repeat')
    const real = must(await ledger.revokeAgents(ORGANIZATION, key, 0, 'disable', false, CAUSE))
    expect(real).toEqual({ ...dry, keyState: { isEnabled: false, usesLeft: 7 } })
    const states = await Promise.all([1, 2, 3, 4].map((n) => ledger.getAgent(ORGANIZATION, n)))
    expect(states.map((agent) => must(agent).state)).toEqual(['revoked', 'revoked', 'revoked', 'active'])
  })
})

test('another organization finds nothing in a ledger, whatever it asks', async () => {
  const { ledger } = await makeLedger()
  const key = await makeKey(ledger)
  must(await ledger.redeem(attempt(key, 'a')))
  const stranger = ORGANIZATION + 1
  const answers = await Promise.all([
    ledger.getProfile(stranger, 1),
    ledger.changeProfile(stranger, 1, { isEnabled: false }, CAUSE),
    ledger.deleteProfile(stranger, 1, CAUSE),
    ledger.getKey(stranger, key),
    ledger.changeKey(stranger, key, { maxUses: 9 }, CAUSE),
    ledger.revokeKey(stranger, key, CAUSE),
    ledger.revokeKeys(stranger, 1, CAUSE),
    ledger.explain(stranger, key, null, null),
    ledger.getAgent(stranger, 1),
    ledger.leave(stranger, 1, CAUSE),
    ledger.revokeAgent(stranger, 1, 'disable', CAUSE),
    ledger.revokeAgents(stranger, key, 0, 'disable', false, CAUSE),
  ])
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, fault: { kind: 'not_found' } })
  expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ isEnabled: true, maxUses: 1 })
  expect(must(await ledger.getAgent(ORGANIZATION, 1)).state).toBe('active')
})
