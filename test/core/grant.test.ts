import { expect, test } from 'vitest'
import { resolveGrant } from '../../src/core/enrollment/profiles/grant.ts'

const grant = {
  values: { enforcement_mode: 'idle', visibility_level: 'flow_summary' },
  labels: [
    { key: 'role', id: '1' },
    { key: 'env', id: '2' },
  ],
  locks: ['enforcement_mode', 'label:role'],
}

test('without wishes an agent gets what the profile grants', () => {
  expect(resolveGrant(grant, { values: {}, labels: {} })).toEqual(grant)
})

test('a wish is granted where the profile has no lock, and has no effect where it has one', () => {
  const wishes = {
    values: { enforcement_mode: 'full', visibility_level: 'flow_off', unheard_of: true },
    labels: { role: 'Web', env: 'Prod', loc: 'Paris' },
  }
  expect(resolveGrant(grant, wishes)).toEqual({
    values: { enforcement_mode: 'idle', visibility_level: 'flow_off' },
    labels: [
      { key: 'role', id: '1' },
      { key: 'env', value: 'Prod' },
      { key: 'loc', value: 'Paris' },
    ],
    locks: grant.locks,
  })
})
