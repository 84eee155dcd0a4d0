import { expect, test } from 'vitest'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import { applyChange } from '../../src/core/enrollment/profiles/patch.ts'

const profile = {
  name: 'A',
  grant: { values: { mode: 'idle', level: 1 }, labels: [{ key: 'role', id: '1' }], locks: ['mode', 'level'] },
  attributes: { one: '1', two: null },
} as unknown as Profile

test('a patch changes the members that it names and no others', () => {
  const changed = applyChange(profile, {
    name: 'B',
    patch: { values: { mode: 'full' }, locks: { mode: false, 'label:app': true }, attributes: { two: '2' } },
  })
  expect(changed).toEqual({
    name: 'B',
    grant: {
      values: { mode: 'full', level: 1 },
      labels: [{ key: 'role', id: '1' }],
      locks: ['level', 'label:app'],
    },
    attributes: { one: '1', two: '2' },
  })
})

test('locking what is locked and freeing what is free change nothing', () => {
  const { grant } = applyChange(profile, { patch: { locks: { mode: true, other: false } } })
  expect(JSON.stringify(grant)).toBe(JSON.stringify(profile.grant))
})

test('labels are replaced as a whole, also by none', () => {
  expect(applyChange(profile, { patch: { labels: [] } }).grant?.labels).toEqual([])
})

test('a change without a patch touches neither grant nor attributes', () => {
  expect(applyChange(profile, { isEnabled: false })).toEqual({ isEnabled: false })
  expect(applyChange(profile, { isEnabled: false, patch: {} })).toEqual({ isEnabled: false })
})
