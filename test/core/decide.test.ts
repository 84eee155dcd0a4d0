import { describe, expect, test } from 'vitest'
import { type DecisionState, decide } from '../../src/core/enrollment/ledger/decide.ts'
import type { RefusalReason } from '../../src/core/kernel/refusal-reason.ts'

const NOW = 1_800_000_000_000
const SOMEWHERE = { address: '192.0.2.7' }

type Key = NonNullable<DecisionState['key']>

const OPEN = {
  profile: { isEnabled: true, allowedAddresses: [] },
  key: {
    isEnabled: true,
    isRevoked: false,
    isSuspended: false,
    expiresAt: null,
    maxUses: 10,
    uses: 0,
    allowedAddresses: [],
  },
  prior: null,
} satisfies DecisionState

function withKey(key: Partial<Key>, rest: Partial<DecisionState> = {}): DecisionState {
  return { ...OPEN, ...rest, key: { ...OPEN.key, ...key } }
}

describe('a new claim', () => {
  test('is let in while the key is open', () => {
    expect(decide(OPEN, SOMEWHERE, NOW)).toEqual({ kind: 'new' })
  })

  test('gets the last use, and not one more', () => {
    expect(decide(withKey({ uses: 9 }), SOMEWHERE, NOW)).toEqual({ kind: 'new' })
    expect(decide(withKey({ uses: 10 }), SOMEWHERE, NOW)).toEqual({ kind: 'refused', reason: 'key_spent' })
  })

  test('is refused when the limit was lowered below the count', () => {
    expect(decide(withKey({ uses: 9, maxUses: 3 }), SOMEWHERE, NOW)).toMatchObject({ reason: 'key_spent' })
  })

  test('is let in without end by an unlimited key', () => {
    expect(decide(withKey({ uses: 2 ** 31, maxUses: null }), SOMEWHERE, NOW)).toEqual({ kind: 'new' })
  })

  test('is refused from the very instant of expiry', () => {
    expect(decide(withKey({ expiresAt: NOW + 1 }), SOMEWHERE, NOW)).toEqual({ kind: 'new' })
    expect(decide(withKey({ expiresAt: NOW }), SOMEWHERE, NOW)).toMatchObject({ reason: 'key_expired' })
  })
})

describe('the same claim again', () => {
  const prior = { agent: 4, isRevoked: false, isDisabled: false, isBoundElsewhere: false }
  const repeat = { kind: 'repeat', agent: 4 }

  test('answers the same agent, also when the key is spent or expired', () => {
    expect(decide({ ...OPEN, prior }, SOMEWHERE, NOW)).toEqual(repeat)
    expect(decide(withKey({ uses: 10 }, { prior }), SOMEWHERE, NOW)).toEqual(repeat)
    expect(decide(withKey({ expiresAt: NOW - 1 }, { prior }), SOMEWHERE, NOW)).toEqual(repeat)
  })

  test('is refused once its agent was revoked, however many uses are left', () => {
    const revoked = { ...OPEN, prior: { ...prior, isRevoked: true } }
    expect(decide(revoked, SOMEWHERE, NOW)).toEqual({ kind: 'refused', reason: 'agent_revoked' })
  })

  test('is refused when it shows another public key than the one that it goes with', () => {
    const bound = { ...OPEN, prior: { ...prior, isBoundElsewhere: true } }
    expect(decide(bound, SOMEWHERE, NOW)).toEqual({ kind: 'refused', reason: 'claim_bound' })
  })
})

describe('an address rule', () => {
  const limited = withKey({ allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] })

  test.each([
    ['192.0.2.255', 'new'],
    ['2001:db8::1', 'new'],
    ['::ffff:192.0.2.9', 'new'],
    ['192.0.3.1', 'refused'],
    ['2001:db9::1', 'refused'],
    ['not an address', 'refused'],
    [null, 'refused'],
  ])('%s: %s', (address, kind) => {
    expect(decide(limited, { address }, NOW).kind).toBe(kind)
  })

  test('of the profile holds beside the key’s', () => {
    const both = { ...limited, profile: { isEnabled: true, allowedAddresses: ['192.0.2.7'] } }
    expect(decide(both, { address: '192.0.2.7' }, NOW).kind).toBe('new')
    expect(decide(both, { address: '192.0.2.8' }, NOW)).toMatchObject({ reason: 'address_not_allowed' })
  })
})

const BOUND_ELSEWHERE = { agent: 1, isRevoked: false, isDisabled: false, isBoundElsewhere: true }

/** Each step makes one more rule refuse; the rule that is earlier in the contract's order must win. */
test('the rules are asked in their order: an earlier reason hides every later one', () => {
  const order: [RefusalReason, (state: DecisionState) => DecisionState][] = [
    ['key_spent', (s) => withKey({ ...s.key, uses: 10 }, s)],
    ['key_expired', (s) => withKey({ ...s.key, expiresAt: NOW }, s)],
    ['claim_bound', (s) => ({ ...s, prior: BOUND_ELSEWHERE })],
    ['agent_disabled', (s) => ({ ...s, prior: { ...BOUND_ELSEWHERE, isDisabled: true } })],
    ['agent_revoked', (s) => ({ ...s, prior: { ...BOUND_ELSEWHERE, isDisabled: true, isRevoked: true } })],
    ['address_not_allowed', (s) => withKey({ ...s.key, allowedAddresses: ['203.0.113.1'] }, s)],
    ['suspended_by_restore', (s) => withKey({ ...s.key, isSuspended: true }, s)],
    ['key_disabled', (s) => withKey({ ...s.key, isEnabled: false }, s)],
    ['key_revoked', (s) => withKey({ ...s.key, isRevoked: true }, s)],
    ['profile_disabled', (s) => ({ ...s, profile: { isEnabled: false, allowedAddresses: [] } })],
    ['key_unknown', (s) => ({ ...s, key: null })],
  ]
  let state: DecisionState = OPEN
  for (const [reason, worsen] of order) {
    state = worsen(state)
    expect(decide(state, SOMEWHERE, NOW)).toEqual({ kind: 'refused', reason })
  }
})

test('the keys of a deleted profile are unknown', () => {
  expect(decide({ ...OPEN, profile: null }, SOMEWHERE, NOW)).toMatchObject({ reason: 'key_unknown' })
})
