import { expect, test } from 'vitest'
import { combineRules } from '../../src/core/deployment/dialect-rules.ts'
import { rules as datonis } from '../../src/dialects/datonis/rules.ts'
import { rules as illumio } from '../../src/dialects/illumio/rules.ts'
import { rules as zpa } from '../../src/dialects/zpa/rules.ts'

const random = (bytes: number) => new Uint8Array(bytes).fill(7)

test('the rules of all dialects hold together', () => {
  const rules = combineRules([illumio, zpa, datonis])
  expect(Object.keys(rules.roles)).toHaveLength(14)
  expect(rules.ownerRoles).toEqual(['illumio:owner'])
  expect(rules.labelKeys).toEqual(['role', 'app', 'env', 'loc'])
  expect(Object.keys(rules.builtInRoles)).toEqual(['Account Admin', 'Agent', 'Read Only'])
  expect([rules.defaultProfiles.length, rules.defaultApiClients.length]).toEqual([1, 1])
  const { customerId, organisationKey } = rules.newNames(random)
  expect(customerId).toMatch(/^2\d{17}$/)
  expect(organisationKey).toBe('t7'.repeat(20))
})

test('an organization without a name of each dialect is a bug', () => {
  expect(() => combineRules([illumio, datonis]).newNames(random)).toThrow('no dialect names the organization')
})
