import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CODE_RANDOM_BYTES, openCode, sealCode, shortCodes } from '../../src/core/enrollment/codes/code.ts'
import { NO_TURNS } from '../../src/core/kernel/fairness/turns.ts'
import { agentUuid, MAX_KEY, MAX_LEDGER } from '../../src/core/kernel/ids.ts'
import type { Keyring } from '../../src/core/kernel/keyring.ts'
import { ok } from '../../src/core/kernel/outcome.ts'
import { Paging, pageReply } from '../../src/dialects/native/edge/paging.ts'
import { given } from '../../src/http/members.ts'
import { formatTime } from '../../src/http/time.ts'
import {
  AgentId,
  CODES,
  formatCode,
  formatKeyId,
  KeyId,
  ProfileId,
  parseCode,
  Timestamp,
} from '../../src/http/words/wire.ts'

const RING = {
  current: 1,
  mac: async (purpose: string, version: number, message: Uint8Array) =>
    version === 1
      ? new Uint8Array(createHmac('sha256', `${purpose} ${version}`).update(message).digest())
      : null,
} as unknown as Keyring

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const target = fc.record({
  ledger: fc.integer({ min: 1, max: MAX_LEDGER }),
  key: fc.integer({ min: 1, max: MAX_KEY }),
})

describe('a code', () => {
  test('that is formatted is parsed to the same', () => {
    fc.assert(
      fc.property(bytes(8), bytes(32), (name, secret) => {
        const spelled = formatCode({ name, secret })
        expect(spelled).toMatch(/^lk_[A-Za-z0-9_-]{54}$/)
        expect(parseCode(spelled)).toEqual({ name, secret })
      }),
    )
  })

  test('that we made opens to its key, and with any one character changed to nothing', async () => {
    const alphabet = [
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
      ' ',
      '=',
      '+',
      'é',
    ]
    await fc.assert(
      fc.asyncProperty(
        target,
        bytes(CODE_RANDOM_BYTES),
        fc.nat(56),
        fc.constantFrom(...alphabet),
        async (named, random, at, other) => {
          const spelled = formatCode(await sealCode(RING, CODES, { ...named, ringVersion: 1 }, random))
          const code = parseCode(spelled)
          expect(code && (await openCode(RING, CODES, code))).toMatchObject(named)
          expect(code && (await openCode(RING, shortCodes('illumio'), code))).toBeNull()
          fc.pre(spelled[at] !== other)
          const changed = parseCode(spelled.slice(0, at) + other + spelled.slice(at + 1))
          expect(changed && (await openCode(RING, CODES, changed))).toBeNull()
        },
      ),
      { numRuns: 500 },
    )
  })

  test('of another length, prefix or alphabet has not the shape of one', () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        expect(parseCode(junk)).toBeNull()
      }),
    )
    const spelled = formatCode({ name: new Uint8Array(8), secret: new Uint8Array(32) })
    for (const wrong of [
      spelled.slice(1),
      `${spelled}A`,
      `${spelled}=`,
      spelled.slice(0, -1),
      spelled.toUpperCase(),
    ]) {
      expect(parseCode(wrong)).toBeNull()
    }
    // 54 characters hold four bits more than 40 bytes do: only zeros are canonical there.
    expect(parseCode(`${spelled.slice(0, -1)}B`)).toBeNull()
  })
})

describe('an id', () => {
  test('that is formatted is parsed to the same', () => {
    fc.assert(
      fc.property(target, ({ ledger, key: n }) => {
        expect(KeyId.parse(formatKeyId({ ledger, n }))).toEqual({ ledger, n })
      }),
    )
  })

  test.each([
    '',
    'key_',
    'key_0',
    'key_01',
    'key_-1',
    'key_1.0',
    'KEY_134217729',
    'prf_134217729',
    'key_1e9',
    'key_1',
  ])('%j names no key', (junk) => {
    expect(KeyId.safeParse(junk).success).toBe(false)
  })

  test('of the largest ledger is read, and one beyond it is not', () => {
    const largest = (BigInt(MAX_LEDGER) << 27n) + 1n
    expect(ProfileId.parse(`prf_${largest}`)).toEqual({ ledger: MAX_LEDGER, n: 1 })
    expect(ProfileId.safeParse(`prf_${largest + (1n << 27n)}`).success).toBe(false)
  })

  test('of an agent is a version 4 UUID in either case, and nothing else', () => {
    const uuid = agentUuid({ ledger: 12, n: 7 }, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
    expect(AgentId.parse(uuid.toUpperCase())).toEqual({ ledger: 12, n: 7, uuid })
    for (const junk of [
      '',
      'self',
      uuid.replace('-4', '-7'),
      '00000000-0000-0000-0000-000000000000',
      `{${uuid}}`,
    ]) {
      expect(AgentId.safeParse(junk).success).toBe(false)
    }
  })
})

describe('a time', () => {
  test('goes out as RFC 3339 in milliseconds and UTC, and comes in with any offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
        const out = formatTime(at)
        expect(out).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        expect(Timestamp.parse(out)).toBe(at)
      }),
    )
    expect(Timestamp.parse('2026-03-01T01:30:00+02:00')).toBe(Date.UTC(2026, 1, 28, 23, 30))
    expect(Timestamp.parse('2026-01-01T00:00:00.123456-00:30')).toBe(Date.UTC(2026, 0, 1, 0, 30, 0, 123))
  })

  test.each([
    '',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00Z',
    '2026-01-01 00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+25:00',
    '1969-12-31T23:59:59Z',
    '9999-12-31T23:59:59-00:01',
    '+010000-01-01T00:00:00Z',
    '1767225600000',
  ])('%j is refused', (junk) => {
    expect(Timestamp.safeParse(junk).success).toBe(false)
  })
})

describe('a page', () => {
  /** A list of that length, whose rows are numbered. */
  async function pageOf(count: number, limit: number, cursor?: { ledger: number; n: number }) {
    const rows = Array.from({ length: count }, (_, i) => ({ ledger: 3, n: i + 1 }))
    const identity = { kind: 'operator', actor: { organization: 1 } }
    const call = { identity, query: { limit, cursor }, turns: NO_TURNS }
    const replied = await pageReply(
      call as never,
      async (_, { after, limit: most }) => ok(rows.filter(({ n }) => n > (after?.n ?? 0)).slice(0, most)),
      ({ n }) => n,
    )
    if (!replied.ok) throw new Error('a page that is there is answered')
    const { text, chunks = [] } = replied.value
    const sent = text === undefined ? [] : [text]
    for await (const chunk of chunks) sent.push(chunk)
    return { ...JSON.parse(sent.join('')), chunks: sent.length } as {
      items: number[]
      next_cursor: string | null
      chunks: number
    }
  }

  test('its cursor names the last that it shows', async () => {
    const page = await pageOf(3, 2)
    expect(page.items).toEqual([1, 2])
    expect(Paging.cursor.parse(page.next_cursor ?? '')).toEqual({ ledger: 3, n: 2 })
    expect(await pageOf(3, 2, { ledger: 3, n: 2 })).toMatchObject({ items: [3], next_cursor: null })
  })

  test.each([0, 1, 2])('of %d where 2 fit is the last', async (count) => {
    expect(await pageOf(count, 2)).toMatchObject({ next_cursor: null })
  })

  test('that is long comes in slices, and is the same', async () => {
    const page = await pageOf(500, 499)
    expect(page.chunks).toBeGreaterThan(2)
    expect(page.items).toEqual(Array.from({ length: 499 }, (_, i) => i + 1))
    expect(Paging.cursor.parse(page.next_cursor ?? '')).toEqual({ ledger: 3, n: 499 })
    expect(await pageOf(500, 500)).toMatchObject({ next_cursor: null })
  })

  test('has 50 items unless asked, and at most 500', () => {
    expect(Paging.limit.parse(undefined)).toBe(50)
    expect(Paging.limit.parse('500')).toBe(500)
    for (const junk of ['0', '501', '-1', '1.5', '', ' 5', '0x5', 'NaN']) {
      expect(Paging.limit.safeParse(junk).success).toBe(false)
    }
  })
})

test('what is not given stays out of a change, and null is given', () => {
  expect(given({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 })
})
