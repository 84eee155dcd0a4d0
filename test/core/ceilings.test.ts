import { expect, test } from 'vitest'
import { beyondCeilings, ceilingsOf, NO_CEILINGS } from '../../src/core/enrollment/ledger/rules/ceilings.ts'

const CEILINGS = { maxUses: 10, lifetimeSeconds: 60 }
const key = (maxUses: number | null, expiresAt: number | null) => ({ maxUses, expiresAt, createdAt: 1_000 })
const memberOf = (...keys: Parameters<typeof beyondCeilings>) => {
  const refusal = beyondCeilings(...keys)
  return refusal?.fault.kind === 'input_invalid' ? refusal.fault.problems[0]?.path[0] : refusal
}

test.each([
  ['at both ceilings', key(10, 61_000), null],
  ['of more uses', key(11, 61_000), 'maxUses'],
  ['without a limit', key(null, 61_000), 'maxUses'],
  ['that lives longer', key(10, 61_001), 'expiresAt'],
  ['that never expires', key(10, null), 'expiresAt'],
])('a new key %s', (_, after, member) => {
  expect(memberOf(CEILINGS, null, after)).toBe(member)
})

test.each([
  ['stays as it is', key(20, null), key(20, null), null],
  ['is lowered to what is beyond still', key(20, 99_000), key(15, 98_000), null],
  ['is raised', key(20, 61_000), key(21, 61_000), 'maxUses'],
  ['becomes unlimited', key(5, 61_000), key(null, 61_000), 'maxUses'],
  ['is limited for the first time, beyond the ceiling', key(null, null), key(99, null), null],
  ['is prolonged', key(5, 61_000), key(5, 61_001), 'expiresAt'],
])('a key whose limit %s', (_, before, after, member) => {
  expect(memberOf(CEILINGS, before, after)).toBe(member)
})

test('a profile without ceilings lets a key ask for anything', () => {
  expect(ceilingsOf(NO_CEILINGS)).toBeNull()
  expect(beyondCeilings(null, null, key(null, null))).toBeNull()
  expect(beyondCeilings({ maxUses: 5, lifetimeSeconds: null }, null, key(5, null))).toBeNull()
})
