import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  agentUuid,
  formatId,
  MAX_AGENT,
  MAX_LEDGER,
  parseAgentUuid,
  parseId,
  parseLedger,
} from '../../src/core/kernel/ids.ts'

const entity = fc.record({
  ledger: fc.integer({ min: 1, max: MAX_LEDGER }),
  n: fc.integer({ min: 1, max: MAX_AGENT }),
})
const random = fc.uint8Array({ minLength: 8, maxLength: 8 })

test('an id is parsed to what it was made from, also beyond 2^53', () => {
  fc.assert(
    fc.property(entity, (id) => {
      expect(parseId(formatId(id))).toEqual(id)
    }),
  )
  expect(formatId({ ledger: MAX_LEDGER, n: MAX_AGENT })).toBe('288230376151711743')
})

test('an agent’s UUID is of version 4, names its ledger and number, and tells two random parts apart', () => {
  fc.assert(
    fc.property(entity, random, (id, bytes) => {
      const uuid = agentUuid(id, bytes)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(parseAgentUuid(uuid)).toEqual({ ...id, uuid })
    }),
  )
  const id = { ledger: 1, n: 1 }
  expect(agentUuid(id, new Uint8Array(8))).not.toBe(agentUuid(id, new Uint8Array(8).fill(255)))
})

test.each(['', '0', '00', '-1', '1.5', ' 1', '1e3', '9999999999999999999', '٣', '134217728'])(
  '%j is no id',
  (text) => {
    expect(parseId(text)).toBeNull()
  },
)

test.each(['0', '00', '2147483648', '99999999999', 'abc', '1 '])('%j is no ledger', (text) => {
  expect(parseLedger(text)).toBeNull()
})

test('a foreign UUID names nothing that can be mistaken for a ledger 0', () => {
  expect(parseAgentUuid('00000000-0000-4000-8000-000000000000')).toBeNull()
  expect(parseAgentUuid('00000000-0000-1000-8000-000000000000')).toBeNull()
  expect(parseAgentUuid('not-a-uuid')).toBeNull()
})
