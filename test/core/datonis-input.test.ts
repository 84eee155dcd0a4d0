import { expect, test } from 'vitest'
import { readKey, spellKey } from '../../src/core/kernel/key-spelling.ts'
import { formatTimestamp, timestampFormat } from '../../src/dialects/datonis/devices/timestamps.ts'
import { gather, type Sent } from '../../src/dialects/datonis/edge/parameters.ts'
import { Flag, Integer, Names } from '../../src/dialects/datonis/edge/values.ts'
import { isZone } from '../../src/dialects/datonis/edge/zones.ts'
import { formatExpiry, parseExpiry } from '../../src/dialects/datonis/key-pairs/expiry.ts'
import { type Fields, parseFields } from '../../src/http/fields.ts'

const FORM = 'application/x-www-form-urlencoded'

function fieldsOf(query: string): Fields {
  const fields = parseFields(query, 'query')
  if (!fields.ok) throw new Error('too many fields for a query')
  return fields.value
}

function sent(body: string, more: Partial<Omit<Sent, 'query'>> & { readonly query?: string } = {}) {
  const { query = '', ...rest } = more
  return gather({
    method: 'GET',
    path: {},
    contentType: null,
    body: new TextEncoder().encode(body),
    ...rest,
    query: fieldsOf(query),
  })
}

test('path wins over query, query over body', () => {
  const read = sent('{"a":1,"b":1,"c":1}', { query: 'a=2&b=2', path: { a: '3' } })
  expect(read).toEqual({ ok: true, value: { a: '3', b: '2', c: 1 } })
})

test.each(['', '  \n', 'null', ' null '])(
  'a body of %j is no parameters, with any method and type',
  (body) => {
    for (const method of ['GET', 'DELETE', 'POST', 'PUT']) {
      expect(sent(body, { method, contentType: FORM })).toEqual({ ok: true, value: {} })
    }
  },
)

test('JSON is read whatever the Content-Type says', () => {
  for (const contentType of [null, FORM, 'text/plain; charset=ISO-8859-1', 'application/json']) {
    expect(sent('{"per":"2"}', { contentType })).toEqual({ ok: true, value: { per: '2' } })
  }
})

test('JSON that is no object is ignored with GET and DELETE, and refused elsewhere', () => {
  for (const body of ['[]', '"x"', '7', 'true']) {
    for (const method of ['GET', 'DELETE']) expect(sent(body, { method })).toEqual({ ok: true, value: {} })
    for (const method of ['POST', 'PUT', 'PATCH']) expect(sent(body, { method }).ok).toBe(false)
  }
})

test('what is no JSON, no UTF-8 or dangerous is refused with every method', () => {
  for (const method of ['GET', 'DELETE', 'POST', 'PUT']) {
    for (const body of [
      '{',
      '{"a":1',
      'hello',
      '{"__proto__":{}}',
      `{"a":${'['.repeat(99)}${']'.repeat(99)}}`,
    ]) {
      expect(sent(body, { method })).toMatchObject({ ok: false, fault: { kind: 'body_unreadable' } })
    }
    const gone = gather({
      method,
      path: {},
      query: fieldsOf(''),
      contentType: null,
      body: Uint8Array.of(0xff),
    })
    expect(gone).toMatchObject({ ok: false, fault: { kind: 'body_unreadable' } })
  }
})

test('a form: fields, lists, and members in brackets', () => {
  const form = 'email=a%40b.example&password=p+w&key_pair[role_key]=r&key_pair[enabled]=false&k[]=1&k[]=2'
  expect(sent(form, { method: 'POST', contentType: `${FORM}; charset=utf-8` })).toEqual({
    ok: true,
    value: {
      email: 'a@b.example',
      password: 'p w',
      key_pair: { role_key: 'r', enabled: 'false' },
      k: ['1', '2'],
    },
  })
})

test('lists in a query: brackets, repetition, commas', () => {
  const lists = ['key_pairs[]=a&key_pairs[]=b', 'key_pairs=a&key_pairs=b', 'key_pairs=a,b', 'key_pairs[]=a,b']
  expect(
    lists.slice(0, 3).map((query) => {
      const read = sent('', { query })
      return read.ok && Names.parse(read.value.key_pairs)
    }),
  ).toEqual(Array(3).fill(['a', 'b']))
})

test('a list has at most 1,000 names, however it is written', () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => String(n))
  for (const written of [names, (count: number) => names(count).join()]) {
    expect(Names.safeParse(written(1_000)).success).toBe(true)
    expect(Names.safeParse(written(1_001)).success).toBe(false)
  }
})

test('a query can’t reach an object’s prototype', () => {
  const read = sent('', { query: '__proto__=x&__proto__[a]=x&a[__proto__]=x&a[b]=c' })
  expect(read).toEqual({ ok: true, value: { a: { b: 'c' } } })
  expect(({} as Record<string, unknown>).a).toBeUndefined()
})

test('a field that is repeated is a list, and the last of two forms of a name counts', () => {
  const values = (query: string) => {
    const read = sent('', { query })
    return read.ok && read.value
  }
  expect(values('a=1&b=2&a=3')).toEqual({ a: ['1', '3'], b: '2' })
  expect(values('a[]=1')).toEqual({ a: ['1'] })
  expect(values('a[b]=1&c=2&a[d]=3&a[b]=4')).toEqual({ a: { b: '4', d: '3' }, c: '2' })
  expect(values('a=1&a[b]=2')).toEqual({ a: { b: '2' } })
  expect(values('a[b]=1&a=2')).toEqual({ a: '2' })
  expect(values('a[b]=1&a=2&a[c]=3')).toEqual({ a: { c: '3' } })
  expect(values('a[b][c]=1&[]=2&=3')).toEqual({ 'a[b][c]': '1', '[]': '2', '': '3' })
})

test('a form of too many fields is refused', () => {
  const form = (count: number) =>
    sent('a[x]=&'.repeat(count).slice(0, -1), { method: 'POST', contentType: FORM })
  expect(form(64).ok).toBe(true)
  expect(form(65)).toEqual({ ok: false, fault: { kind: 'fields_too_many', source: 'form', limit: 64 } })
})

test('flags are booleans or their texts; integers are kept as they were sent', () => {
  expect([true, 'true', false, 'false'].map((flag) => Flag.parse(flag))).toEqual([true, true, false, false])
  for (const none of ['TRUE', 'yes', 1, 0, null, '', {}]) expect(Flag.safeParse(none).success).toBe(false)
  expect([2, '2', 0, '-1'].map((one) => Integer.parse(one))).toEqual([2, '2', 0, '-1'])
  for (const none of [1.5, '1.5', '', 'x', null, true, [1], '9'.repeat(30)]) {
    expect(Integer.safeParse(none).success).toBe(false)
  }
})

test('timestamps: epoch seconds, or UTC text; the three pairs of the vendor’s page', () => {
  for (const [seconds, text] of [
    [1446026087, '2015/10/28 09:54:47'],
    [1446102581, '2015/10/29 07:09:41'],
    [1446448242, '2015/11/02 07:10:42'],
  ] as const) {
    expect(formatTimestamp(seconds * 1_000 + 999, 'int')).toBe(seconds)
    expect(formatTimestamp(seconds * 1_000 + 999, 'str')).toBe(text)
  }
  expect([undefined, 'int', 'STR', 1, 'str'].map(timestampFormat)).toEqual([
    'int',
    'int',
    'int',
    'int',
    'str',
  ])
})

test('a bare date is midnight of the zone: both values of the vendor’s page come out', () => {
  expect(formatExpiry(parseExpiry('09/09/2016', 'Mumbai'))).toBe('2016-09-08T18:30:00.000Z')
  expect(formatExpiry(parseExpiry('09/09/2016', 'UTC'))).toBe('2016-09-09T00:00:00.000Z')
  for (const zone of ['Kolkata', 'Chennai', 'New Delhi', 'Asia/Kolkata']) {
    expect(parseExpiry('09/09/2016', zone)).toBe(parseExpiry('09/09/2016', 'Mumbai'))
  }
})

test.each([
  ['13/09/2016', '2016-09-13T00:00:00.000Z'],
  ['1/9/2016', '2016-09-01T00:00:00.000Z'],
  ['2016-09-13', '2016-09-13T00:00:00.000Z'],
  ['2016/09/13', '2016-09-13T00:00:00.000Z'],
  ['13/09/2016 10:20', '2016-09-13T10:20:00.000Z'],
  ['2016-09-13T10:20:30', '2016-09-13T10:20:30.000Z'],
  ['2016-09-13 10:20:30.5', '2016-09-13T10:20:30.500Z'],
  ['2016-09-13T10:20:30.123Z', '2016-09-13T10:20:30.123Z'],
  ['2016-09-13t10:20:30z', '2016-09-13T10:20:30.000Z'],
  ['2016-09-13T10:20:30+05:30', '2016-09-13T04:50:30.000Z'],
  ['2016/09/13 10:20:30 -0130', '2016-09-13T11:50:30.000Z'],
  [' 2016-09-13Z ', '2016-09-13T00:00:00.000Z'],
  ['2016-02-29', '2016-02-29T00:00:00.000Z'],
  ['1446104372', '2015-10-29T07:39:32.000Z'],
  ['2016', '1970-01-01T00:33:36.000Z'],
  [1446104372, '2015-10-29T07:39:32.000Z'],
])('%s is %s', (input, expected) => {
  expect(formatExpiry(parseExpiry(input, 'UTC'))).toBe(expected)
})

test('what was read is read again as the same instant, in any zone', () => {
  const at = parseExpiry('09/09/2016', 'Mumbai') ?? 0
  expect(parseExpiry(formatExpiry(at) ?? '', 'America/New_York')).toBe(at)
})

test.each([
  '09/13/2016',
  '32/01/2016',
  '29/02/2015',
  '00/01/2016',
  '2016-13-01',
  '2016-01-32',
  '2016-09-13T24:00',
  '2016-09-13T10:60',
  '2016-09-13T10:20:30+24:00',
  '2016-09-13 tomorrow',
  'tomorrow',
  '',
  ' ',
  '13.09.2016',
  '2016-09/13',
  'null',
  '13/09/16',
  '2016-09-13T10:20:30+05:30x',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  1e18,
])('%s is no date', (input) => {
  expect(parseExpiry(input, 'UTC')).toBeNull()
})

test('days on which clocks change: New York 2024', () => {
  const at = (text: string) => formatExpiry(parseExpiry(text, 'America/New_York'))
  expect(at('2024-03-10T01:30')).toBe('2024-03-10T06:30:00.000Z')
  expect(at('2024-03-10T03:30')).toBe('2024-03-10T07:30:00.000Z')
  expect(at('2024-11-03T00:30')).toBe('2024-11-03T04:30:00.000Z')
  expect(at('2024-11-03T01:30')).toBe('2024-11-03T05:30:00.000Z')
  expect(at('2024-11-03T02:30')).toBe('2024-11-03T07:30:00.000Z')
})

test('zones by their IANA or Rails names', () => {
  expect(['UTC', 'Mumbai', 'Asia/Kolkata', 'Europe/Berlin'].every(isZone)).toBe(true)
  expect(['', 'Moon', 'Mumbai ', '../etc', 'constructor', '__proto__'].some(isZone)).toBe(false)
})

test('keys are random bytes in hexadecimal with t for 0, and can be read back', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => i)
  expect(spellKey(bytes)).toBe('ttt1t2t3t4t5t6t7t8t9tatbtctdtetf1t111213')
  expect(readKey(spellKey(bytes))).toEqual(bytes)
  for (const none of ['', 'x'.repeat(40), 't'.repeat(39), 't'.repeat(41), '0'.repeat(40), 'T'.repeat(40)]) {
    expect(readKey(none)).toBeNull()
  }
})
