import { expect, test } from 'vitest'
import {
  createRefusalGuard,
  type GuardedAttempt,
} from '../../src/core/enrollment/redemption/refusal-guard.ts'

function guardAt(start: number) {
  const clock = { now: start }
  return { clock, guard: createRefusalGuard(() => clock.now) }
}

function by(claimHash: string | null, address: string | null = '192.0.2.1', key = 1): GuardedAttempt {
  return { ledger: 1, key, address, claimHash }
}

test('20 refusals of a dead code from one address in a minute: the rest is answered from memory for 60 s', () => {
  const { clock, guard } = guardAt(1_000)
  for (let i = 0; i < 19; i++) guard.refused(by(`claim ${i}`), 'key_revoked')
  expect(guard.blockedSeconds(by('another'))).toBeNull()
  guard.refused(by(null), 'key_revoked')
  expect(guard.blockedSeconds(by('another'))).toBe(60)
  expect(guard.blockedSeconds(by('another', '192.0.2.2'))).toBeNull()
  expect(guard.blockedSeconds(by('another', '192.0.2.1', 2))).toBeNull()
  clock.now += 59_001
  expect(guard.blockedSeconds(by('another'))).toBe(1)
  clock.now += 1_000
  expect(guard.blockedSeconds(by('another'))).toBeNull()
})

test('an IPv6 address counts by its /64, in which it can be changed at will', () => {
  const { guard } = guardAt(0)
  for (let i = 0; i < 20; i++) guard.refused(by(`${i}`, `2001:db8:1:2::${i + 1}`), 'key_unknown')
  expect(guard.blockedSeconds(by('x', '2001:db8:1:2:ffff::1'))).toBe(60)
  expect(guard.blockedSeconds(by('x', '2001:db8:1:3::1'))).toBeNull()
})

test.each(['key_spent', 'key_expired', 'agent_revoked'] as const)(
  '%s holds back that claim only, and a call without a claim only its like',
  (reason) => {
    const { guard } = guardAt(0)
    for (let i = 0; i < 20; i++) guard.refused(by('a loser'), reason)
    expect(guard.blockedSeconds(by('a loser'))).toBe(60)
    expect(guard.blockedSeconds(by('a winner'))).toBeNull()
    expect(guard.blockedSeconds(by(null))).toBeNull()
    for (let i = 0; i < 20; i++) guard.refused(by(null), reason)
    expect(guard.blockedSeconds(by(null))).toBe(60)
    expect(guard.blockedSeconds(by('a winner'))).toBeNull()
  },
)

test('ever new claims on a spent code wait too after 5,000 in a minute; who won before does not', () => {
  const { guard } = guardAt(0)
  guard.enrolled(by('a winner'))
  for (let i = 0; i < 4_999; i++) guard.refused(by(`${i}`), 'key_spent')
  expect(guard.blockedSeconds(by('another'))).toBeNull()
  guard.refused(by('4999'), 'key_spent')
  expect(guard.blockedSeconds(by('another'))).toBe(60)
  expect(guard.blockedSeconds(by('a winner'))).toBeNull()
})

test('a winner that was revoked is no winner any more', () => {
  const { guard } = guardAt(0)
  guard.enrolled(by('one'))
  for (let i = 0; i < 20; i++) guard.refused(by('one'), 'agent_revoked')
  expect(guard.blockedSeconds(by('one'))).toBe(60)
})

test('refusals that are spread over more than a minute do not add up', () => {
  const { clock, guard } = guardAt(0)
  for (let i = 0; i < 19; i++) guard.refused(by('a'), 'key_revoked')
  clock.now += 60_000
  for (let i = 0; i < 19; i++) guard.refused(by('a'), 'key_revoked')
  expect(guard.blockedSeconds(by('a'))).toBeNull()
})

test('what it remembers is bounded: 10,001 others push the oldest out', () => {
  const { guard } = guardAt(0)
  for (let i = 0; i < 20; i++) guard.refused(by('a'), 'key_revoked')
  expect(guard.blockedSeconds(by('a'))).toBe(60)
  for (let key = 2; key <= 10_001; key++) guard.refused(by('a', null, key), 'key_revoked')
  expect(guard.blockedSeconds(by('a'))).toBeNull()
})

test('a dead refresh token is answered from memory after 20 refusals; its agent’s next one is not', () => {
  const { clock, guard } = guardAt(0)
  const token = { ledger: 1, agent: 2, family: 1, generation: 3, ringVersion: 2 }
  for (let i = 0; i < 19; i++) guard.refreshRefused(token)
  expect(guard.blockedRefreshSeconds(token)).toBeNull()
  guard.refreshRefused(token)
  expect(guard.blockedRefreshSeconds(token)).toBe(60)
  expect(guard.blockedRefreshSeconds({ ...token, generation: 4 })).toBeNull()
  expect(guard.blockedRefreshSeconds({ ...token, family: 2 })).toBeNull()
  expect(guard.blockedRefreshSeconds({ ...token, ringVersion: 3 })).toBeNull()
  expect(guard.blockedRefreshSeconds({ ...token, agent: 3 })).toBeNull()
  clock.now += 60_001
  expect(guard.blockedRefreshSeconds(token)).toBeNull()
})
