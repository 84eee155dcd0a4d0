import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCode, sealCode } from '../../src/core/enrollment/codes/code.ts'
import { formatSerial, parseSerial } from '../../src/core/issuers/serial.ts'
import { canonical } from '../../src/dialects/zpa/edge/canonical.ts'
import { formatGid, type IdKind, parseAdmin, parseGid, parseKeyId } from '../../src/dialects/zpa/edge/ids.ts'
import { searchOf } from '../../src/dialects/zpa/edge/list.ts'
import { refusal } from '../../src/dialects/zpa/edge/refusal.ts'
import { Flag, Id, Text, Whole } from '../../src/dialects/zpa/edge/wire.ts'
import {
  CODES,
  formatProvisioningKey,
  parseProvisioningKey,
} from '../../src/dialects/zpa/keys/provisioning-key.ts'
import { testKeyring } from '../support/keyring.ts'

const ring = testKeyring()
const entity = fc.record({
  ledger: fc.integer({ min: 1, max: 1_000_000 }),
  n: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
})

describe('a provisioning key', () => {
  const make = async (ledger: number, key: number) => {
    const random = crypto.getRandomValues(new Uint8Array(CODES.randomBytes))
    const code = await sealCode(ring, CODES, { ledger, key, ringVersion: 1 }, random)
    return formatProvisioningKey(code, 'latchkey.example:8443')
  }

  test('has the recorded shape, and opens to the key that it was made for', async () => {
    await fc.assert(
      fc.asyncProperty(entity, async ({ ledger, n }) => {
        const text = await make(ledger, n)
        expect(text).toMatch(/^3\|latchkey\.example:8443\|[A-Za-z0-9+/]{384}-[1-9][0-9]{17}$/)
        const code = parseProvisioningKey(` ${text}\n`)
        expect(code && (await openCode(ring, CODES, code))).toMatchObject({ ledger, key: n })
      }),
      { numRuns: 50 },
    )
  })

  test('with any character of its secret changed is none of ours', async () => {
    const text = await make(7, 9)
    const start = text.lastIndexOf('|') + 1
    for (let at = start; at < text.length; at += 5) {
      if (text[at] === '-') continue
      const other = text[at] === '7' ? '8' : '7'
      const code = parseProvisioningKey(text.slice(0, at) + other + text.slice(at + 1))
      expect(code && (await openCode(ring, CODES, code))).toBeNull()
    }
  })

  test('of any other shape is refused without a look', () => {
    fc.assert(fc.property(fc.string(), (text) => parseProvisioningKey(text) === null))
  })
})

describe('ids', () => {
  const kinds: readonly IdKind[] = ['component', 'group', 'npAssistantGroup']

  test('have 18 digits, come back, and are of one kind', () => {
    fc.assert(
      fc.property(entity, fc.constantFrom(...kinds), (id, kind) => {
        const gid = formatGid(kind, id)
        expect(gid).toMatch(/^[1-9][0-9]{17}$/)
        for (const other of kinds) expect(parseGid(other, gid)).toEqual(other === kind ? id : null)
      }),
    )
  })

  test('any text is an id or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,25}$/)), (text) => {
        for (const kind of kinds) parseGid(kind, text)
        parseKeyId(text)
        parseAdmin(text)
      }),
    )
  })

  test('a certificate’s serial number names it, and one with any digit changed names nothing', async () => {
    const id = { ledger: 77, n: 12_345 }
    const serial = await formatSerial(ring, 1, id)
    expect(await parseSerial(ring, serial)).toEqual(id)
    expect(await parseSerial(ring, serial.replace(/^0+/, ''))).toEqual(id)
    for (let at = 0; at < serial.length; at++) {
      const digit = serial[at] === 'a' ? 'b' : 'a'
      expect(await parseSerial(ring, serial.slice(0, at) + digit + serial.slice(at + 1))).toBeNull()
    }
  })
})

describe('numbers and booleans come as themselves or as strings', () => {
  test.each([
    [Whole(1, 10), 2, 2],
    [Whole(1, 10), '2', 2],
    [Whole(1, 10), ' 10 ', 10],
    [Whole(1, 10), null, undefined],
    [Whole(1, 10), '', undefined],
    [Id, 6573, '6573'],
    [Id, '216196257331404676', '216196257331404676'],
    [Flag, 'TRUE', true],
    [Flag, false, false],
    [Text(), 7, '7'],
    [Text(), '  ', undefined],
  ] as const)('%#', (schema, given, wanted) => {
    expect(schema.parse(given)).toEqual(wanted)
  })

  test.each([
    [Whole(1, 10), 11],
    [Whole(1, 10), 1.5],
    [Whole(1, 10), '1e1'],
    [Whole(1, 10), true],
    [Whole(1, 10), []],
    [Id, '12a'],
    [Id, -1],
    [Flag, 'yes'],
    [Flag, 1],
    [Text(3), 'four'],
    [Text(), '\u0000'],
    [Text(), {}],
  ] as const)('%# is not valid', (schema, given) => {
    expect(schema.safeParse(given).success).toBe(false)
  })
})

describe('an address in any of its forms', () => {
  const base =
    'https://h.example/mgmtconfig/v1/admin/customers/1/associationType/CONNECTOR_GRP/provisioningKey'
  test.each([
    [`${base}?page=1`, `${base}?page=1`],
    [base.replace('/mgmt', '/zpa/mgmt'), base],
    [`${base}&search=maxUsage%20EQ%202`, `${base}?search=maxUsage%20EQ%202`],
    [`${base.replace('/mgmt', '/zpa/mgmt')}&search=a?page=2`, `${base}?search=a&page=2`],
    ['https://h.example/zpa/signin', 'https://h.example/zpa/signin'],
    ['https://h.example/v1/keys&a=b', 'https://h.example/v1/keys&a=b'],
  ])('%s', (given, wanted) => {
    // Of its host nothing is read.
    const { pathname, search } = new URL(canonical(new Request(given)).url)
    expect(`https://h.example${pathname}${search}`).toBe(wanted)
  })

  test('keeps the body of what has one', async () => {
    const request = new Request(`${base.replace('/mgmt', '/zpa/mgmt')}`, { method: 'POST', body: '{"a":1}' })
    expect(await canonical(request).json()).toEqual({ a: 1 })
  })
})

describe('a list’s parameters', () => {
  const ask = (input: Record<string, string>) => searchOf(input as never, {})
  test.each([
    [{}, { offset: 0, limit: 20 }],
    [
      { page: '', pagesize: '', search: '' },
      { offset: 0, limit: 20 },
    ],
    [
      { page: '1', pagesize: '20.' },
      { offset: 0, limit: 20 },
    ],
    [
      { page: '3', pagesize: '500' },
      { offset: 1_000, limit: 500 },
    ],
    [
      { page: '2', pageSize: '10' },
      { offset: 10, limit: 10 },
    ],
    [{ pagesize: '0' }, { offset: 0, limit: 1 }],
    [{ pagesize: '1000' }, { offset: 0, limit: 500 }],
    [
      { page: 'x', pagesize: 'many' },
      { offset: 0, limit: 20 },
    ],
  ])('%o', (input, wanted) => {
    expect(ask(input)).toMatchObject({ ok: true, value: wanted })
  })

  test('an unknown field, to search or to sort by, is refused', () => {
    for (const input of [{ search: 'provisioningKey EQ x' }, { sortBy: 'constructor' }]) {
      expect(ask(input)).toMatchObject({ ok: false, fault: { kind: 'input_invalid' } })
    }
  })
})

test('no refusal is one that clients ask again for without end', () => {
  const faults = [
    { kind: 'name_taken', name: 'n' },
    { kind: 'in_use', noun: 'profile' },
    { kind: 'input_invalid', problems: [] },
    { kind: 'redemption_refused', reason: 'key_spent' },
  ] as const
  const passing = ['bad.request', 'db.simultaneous.request', 'api.concurrent.access.error']
  for (const fault of faults) {
    const { status, json } = refusal(fault)
    expect(status).not.toBe(409)
    expect(passing).not.toContain((json as { id: string }).id)
    expect(json).not.toHaveProperty('errors')
  }
  const { headers } = refusal({ kind: 'rate_limited', retryAfterSeconds: 10 })
  expect(headers?.['Retry-After']).toBe('10s')
})
