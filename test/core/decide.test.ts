import { describe, expect, test } from 'vitest'
import {
  type DecisionRequest,
  type DecisionState,
  decide,
} from '../../src/core/enrollment/ledger/rules/decide.ts'
import { isWithin, type KeyRules, NO_RULES } from '../../src/core/enrollment/ledger/rules/key-rules.ts'
import {
  matchersOf,
  normalizeSlotValue,
  type SlotOfAttempt,
} from '../../src/core/enrollment/ledger/rules/slots.ts'
import type { RefusalReason } from '../../src/core/kernel/refusal-reason.ts'

const NOW = 1_800_000_000_000
const SOMEWHERE: DecisionRequest = { address: '192.0.2.7', intent: 'enroll', hasClaim: true }

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
    held: 0,
    isPaused: false,
    rules: null as KeyRules | null,
    allowedAddresses: [],
  },
  prior: null,
  hold: null,
  isDenied: false,
  counts: {
    heldByNetwork: () => 0,
    pending: () => 0,
    pendingOfNetwork: () => 0,
    limitedFor: () => 0,
    slot: () => 'open' as SlotOfAttempt,
  },
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
    expect(decide(limited, { ...SOMEWHERE, address }, NOW).kind).toBe(kind)
  })

  test('of the profile holds beside the key’s', () => {
    const both = { ...limited, profile: { isEnabled: true, allowedAddresses: ['192.0.2.7'] } }
    expect(decide(both, { ...SOMEWHERE, address: '192.0.2.7' }, NOW).kind).toBe('new')
    expect(decide(both, { ...SOMEWHERE, address: '192.0.2.8' }, NOW)).toMatchObject({
      reason: 'address_not_allowed',
    })
  })
})

const BOUND_ELSEWHERE = { agent: 1, isRevoked: false, isDisabled: false, isBoundElsewhere: true }

/** Each step makes one more rule refuse; the rule that is earlier in the contract's order must win. */
test('the rules are asked in their order: an earlier reason hides every later one', () => {
  const approval: KeyRules = {
    ...NO_RULES,
    approval: { expiresSeconds: 600, maxPending: 1, by: 'user' },
    limits: { ...NO_RULES.limits, perMinute: 1 },
  }
  const rules = (more: Partial<KeyRules>) => (s: DecisionState) =>
    withKey({ ...s.key, rules: { ...approval, ...s.key?.rules, ...more } }, s)
  const order: [RefusalReason, (state: DecisionState) => DecisionState][] = [
    ['holds_full', (s) => ({ ...rules({})(s), counts: { ...s.counts, heldByNetwork: () => 9 } })],
    ['approvals_full', (s) => ({ ...s, counts: { ...s.counts, pending: () => 1 } })],
    ['key_held', (s) => withKey({ ...s.key, held: 10 }, s)],
    ['key_spent', (s) => withKey({ ...s.key, uses: 10 }, s)],
    [
      'slot_filled',
      (s) => rules({ isExpectedOnly: true })({ ...s, counts: { ...s.counts, slot: () => 'filled' } }),
    ],
    ['not_listed', (s) => ({ ...s, counts: { ...s.counts, slot: () => 'none' } })],
    ['key_expired', (s) => withKey({ ...s.key, expiresAt: NOW }, s)],
    ['outside_window', rules({ windows: [{ days: ['mon'], from: '00:00', to: '00:01', timeZone: 'UTC' }] })],
    ['key_not_started', rules({ notBefore: NOW + 1 })],
    ['key_paused', (s) => withKey({ ...s.key, isPaused: true }, s)],
    ['claim_bound', (s) => ({ ...s, prior: BOUND_ELSEWHERE })],
    ['claim_denied', (s) => ({ ...s, isDenied: true })],
    ['agent_disabled', (s) => ({ ...s, prior: { ...BOUND_ELSEWHERE, isDisabled: true } })],
    ['agent_revoked', (s) => ({ ...s, prior: { ...BOUND_ELSEWHERE, isDisabled: true, isRevoked: true } })],
    ['address_not_allowed', (s) => withKey({ ...s.key, allowedAddresses: ['203.0.113.1'] }, s)],
    ['suspended_by_restore', (s) => withKey({ ...s.key, isSuspended: true }, s)],
    ['key_disabled', (s) => withKey({ ...s.key, isEnabled: false }, s)],
    ['key_decoy', rules({ isDecoy: true })],
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

describe('a hold', () => {
  const holding = withKey({ rules: { ...NO_RULES, hold: 'allowed' } })
  const hold = { kind: 'reserve', endsAt: NOW + 1, approvedAt: null } as const

  test('is opened where the key allows it, and needs a claim', () => {
    const asked: DecisionRequest = { ...SOMEWHERE, intent: 'hold' }
    expect(decide(holding, asked, NOW)).toEqual({ kind: 'hold', hold: 'reserve' })
    expect(decide(OPEN, asked, NOW)).toMatchObject({ reason: 'hold_not_allowed' })
    expect(decide(holding, { ...asked, hasClaim: false }, NOW)).toMatchObject({ reason: 'claim_required' })
  })

  test('is confirmed although the key has expired, is spent or is out of its windows meanwhile', () => {
    const ended = withKey({ ...holding.key, expiresAt: NOW, uses: 10, isPaused: true }, { hold })
    expect(decide(ended, { ...SOMEWHERE, intent: 'confirm' }, NOW)).toEqual({ kind: 'pick_up' })
    expect(decide(ended, SOMEWHERE, NOW)).toEqual({ kind: 'pick_up' })
  })

  test('is not confirmed while the key is off, and stays', () => {
    const off = withKey({ ...holding.key, isEnabled: false }, { hold })
    expect(decide(off, { ...SOMEWHERE, intent: 'confirm' }, NOW)).toMatchObject({ reason: 'key_disabled' })
  })

  test('that is there no more is not confirmed, however much the key has left', () => {
    expect(decide(holding, { ...SOMEWHERE, intent: 'confirm' }, NOW)).toMatchObject({ reason: 'hold_lapsed' })
  })

  test('stays over the rate, and says when to ask again', () => {
    const counts = { ...OPEN.counts, limitedFor: () => 5_000 }
    expect(decide({ ...holding, hold, counts }, { ...SOMEWHERE, intent: 'confirm' }, NOW)).toEqual({
      kind: 'refused',
      reason: 'rate_limited',
      retryAfterMilliseconds: 5_000,
    })
  })

  test('that was reserved before the key needed approval makes no agent', () => {
    const approval = { expiresSeconds: 600, maxPending: 1, by: 'user' as const }
    const stricter = withKey({ rules: { ...NO_RULES, approval } }, { hold })
    expect(decide(stricter, { ...SOMEWHERE, intent: 'confirm' }, NOW)).toMatchObject({ kind: 'held' })
  })

  test('of a key that needs approval waits until it is approved', () => {
    const waiting = { ...holding, hold: { ...hold, kind: 'approval' as const } }
    expect(decide(waiting, SOMEWHERE, NOW)).toMatchObject({ kind: 'held' })
    const approved = { ...waiting, hold: { ...waiting.hold, approvedAt: NOW } }
    expect(decide(approved, SOMEWHERE, NOW)).toEqual({ kind: 'pick_up' })
  })
})

describe('a window', () => {
  const berlin = { days: ['fri' as const], from: '22:00', to: '02:00', timeZone: 'Europe/Berlin' }

  test.each([
    ['2026-01-02T20:59:00Z', false],
    ['2026-01-02T21:00:00Z', true],
    ['2026-01-03T00:59:00Z', true],
    ['2026-01-03T01:00:00Z', false],
    // It begins on Fridays only: Thursday's night is not its second part.
    ['2026-01-01T23:30:00Z', false],
    // In summer, an hour earlier.
    ['2026-07-03T20:00:00Z', true],
  ])('that wraps belongs to the day on which it begins: %s: %s', (at, isOpen) => {
    expect(isWithin([berlin], Date.parse(at))).toBe(isOpen)
  })
})

describe('a key that expects certain machines', () => {
  const expecting = (slot: SlotOfAttempt, key: Partial<Key> = {}, rest: Partial<DecisionState> = {}) =>
    withKey(
      { rules: { ...NO_RULES, isExpectedOnly: true }, ...key },
      { counts: { ...OPEN.counts, slot: () => slot }, ...rest },
    )

  test('lets in a machine whose slot is free, and no other', () => {
    expect(decide(expecting('open'), SOMEWHERE, NOW)).toEqual({ kind: 'new' })
    expect(decide(expecting('none'), SOMEWHERE, NOW)).toMatchObject({ reason: 'not_listed' })
    expect(decide(expecting('filled'), SOMEWHERE, NOW)).toMatchObject({ reason: 'slot_filled' })
  })

  test('asks for the slot after its end, and before its rate and its count', () => {
    const ended = expecting('none', { expiresAt: NOW, uses: 10 })
    expect(decide(ended, SOMEWHERE, NOW)).toMatchObject({ reason: 'key_expired' })
    const spent = expecting('none', { uses: 10 }, {})
    const limited = { ...spent, counts: { ...spent.counts, limitedFor: () => 1 } }
    expect(decide(limited, SOMEWHERE, NOW)).toMatchObject({ reason: 'not_listed' })
    expect(decide(expecting('open', { uses: 10 }), SOMEWHERE, NOW)).toMatchObject({ reason: 'key_spent' })
  })

  test('asks for it again before a held use becomes an agent, and not while that waits', () => {
    const hold = { kind: 'reserve', endsAt: NOW + 1, approvedAt: null } as const
    expect(decide(expecting('open', {}, { hold }), SOMEWHERE, NOW)).toEqual({ kind: 'pick_up' })
    expect(decide(expecting('none', {}, { hold }), SOMEWHERE, NOW)).toMatchObject({ reason: 'not_listed' })
    const waiting = { ...hold, kind: 'approval' } as const
    expect(decide(expecting('none', {}, { hold: waiting }), SOMEWHERE, NOW)).toMatchObject({ kind: 'held' })
  })

  test('a key without a list looks for no slot', () => {
    const never = () => {
      throw new Error('it was asked')
    }
    const state = withKey({ rules: NO_RULES }, { counts: { ...OPEN.counts, slot: never } })
    expect(decide(state, SOMEWHERE, NOW)).toEqual({ kind: 'new' })
  })
})

describe('what a slot is compared by', () => {
  test('is the same however a host name or a serial number is written', () => {
    const hosts = [' Web-1.Example.COM. ', 'web-1.example.com', '\tＷeb-1.example.com\n']
    for (const value of hosts) expect(normalizeSlotValue({ by: 'hostname', value })).toBe('web-1.example.com')
    for (const value of ['VMware-56 4D  8a', ' vmware-56 4d 8A '])
      expect(normalizeSlotValue({ by: 'serial', value })).toBe('vmware-56 4d 8a')
    expect(normalizeSlotValue({ by: 'serial', value: 'x.' })).toBe('x.')
  })

  test('is the serial number first; what is no text, or nothing, is no matcher', () => {
    const about = { hostname: 'WEB-1', facts: '{"serial":" S1 ","os":"linux"}' }
    expect(matchersOf(about)).toEqual([
      { by: 'serial', value: 's1' },
      { by: 'hostname', value: 'web-1' },
    ])
    for (const facts of ['{}', '{"serial":7}', '{"serial":"  "}', '{"serial":null}', '{"serial":["s1"]}'])
      expect(matchersOf({ hostname: null, facts })).toEqual([])
  })
})
