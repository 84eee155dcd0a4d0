import { expect, test } from 'vitest'
import { createRefusalGuard } from '../../src/core/keys/refusal-guard.ts'

const TARGET = { ledger: 1, key: 1 }

function guardAt(start: number) {
  const clock = { now: start }
  return { clock, guard: createRefusalGuard(() => clock.now) }
}

test('20 refusals of a dead code from one address in a minute: the rest is answered from memory for 60 s', () => {
  const { clock, guard } = guardAt(1_000)
  for (let i = 0; i < 19; i++) guard.note(TARGET, 'a', null)
  expect(guard.blockedSeconds(TARGET, 'a', 'any claim')).toBeNull()
  guard.note(TARGET, 'a', null)
  expect(guard.blockedSeconds(TARGET, 'a', 'any claim')).toBe(60)
  expect(guard.blockedSeconds(TARGET, 'b', 'any claim')).toBeNull()
  expect(guard.blockedSeconds({ ledger: 1, key: 2 }, 'a', null)).toBeNull()
  clock.now += 59_001
  expect(guard.blockedSeconds(TARGET, 'a', null)).toBe(1)
  clock.now += 1_000
  expect(guard.blockedSeconds(TARGET, 'a', null)).toBeNull()
})

test('refusals that a claim could overcome hold back that claim only: a winner’s retry is never in the way', () => {
  const { guard } = guardAt(0)
  for (let i = 0; i < 100; i++) guard.note(TARGET, null, 'a loser')
  expect(guard.blockedSeconds(TARGET, null, 'a loser')).toBe(60)
  expect(guard.blockedSeconds(TARGET, null, 'a winner')).toBeNull()
})

test('refusals that are spread over more than a minute do not add up', () => {
  const { clock, guard } = guardAt(0)
  for (let i = 0; i < 19; i++) guard.note(TARGET, 'a', null)
  clock.now += 60_000
  for (let i = 0; i < 19; i++) guard.note(TARGET, 'a', null)
  expect(guard.blockedSeconds(TARGET, 'a', null)).toBeNull()
})

test('what it remembers is bounded: 10,001 others push the oldest out', () => {
  const { guard } = guardAt(0)
  for (let i = 0; i < 20; i++) guard.note(TARGET, 'a', null)
  expect(guard.blockedSeconds(TARGET, 'a', null)).toBe(60)
  for (let i = 0; i < 10_000; i++) guard.note({ ledger: 2, key: i }, 'a', null)
  expect(guard.blockedSeconds(TARGET, 'a', null)).toBeNull()
})
