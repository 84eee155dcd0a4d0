/** Signed heads, checked offline: what was edited, is missing, or stands in another's place. */
import { createHash } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ExportedHead, readHeads, verifyHeads } from '../../scripts/cli/verify-heads.ts'
import { type HeadDraft, payloadOf } from '../../src/core/enrollment/ledger/head.ts'

const START = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

let keys: JSONWebKeySet
let sign: (payload: object, type?: string, kid?: string) => Promise<string>
beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'head-1', alg: 'EdDSA', use: 'sig' }] }
  sign = (payload, typ = 'latchkey-head', kid = 'head-1') =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', typ, kid })
      .sign(pair.privateKey)
})

const hashOf = (head: string) => createHash('sha256').update(head).digest('base64url')

/** As a ledger would have signed them, one a day, each with more uses. */
async function chainOf(
  length: number,
  { ledger = 7, chain = 'first', uses = (sequence: number) => sequence } = {},
): Promise<ExportedHead[]> {
  const heads: ExportedHead[] = []
  let previous: string | null = null
  for (let sequence = 1; sequence <= length; sequence++) {
    const at = START + sequence * DAY
    const draft: HeadDraft = {
      ...{ ledger, organization: 1, chain, sequence, previous, at, part: 1, isLast: true, version: 1 },
      keys: [{ n: 3, uses: uses(sequence), held: 0, maxUses: 50 }],
    }
    const head = await sign(payloadOf(draft, 'https://keys.example'))
    const event = { ledger: String(ledger), at: new Date(at).toISOString(), sequence }
    heads.push({ from: `event ${ledger}.${sequence}`, head, event })
    previous = hashOf(head)
  }
  return heads
}

async function problemsOf(heads: readonly ExportedHead[], expected?: readonly string[]): Promise<string> {
  return (await verifyHeads(heads, keys, expected)).problems.join('\n')
}

const without = (heads: readonly ExportedHead[], ...at: readonly number[]) =>
  heads.filter((_, i) => !at.includes(i))

test('chains of several ledgers are good in any order, and said with their newest hash', async () => {
  const [a, b] = [await chainOf(5), await chainOf(3, { ledger: 9 })]
  const { chains, problems } = await verifyHeads([...a, ...b].toReversed(), keys)
  expect(problems).toEqual([])
  expect(chains.map(({ ledger, from, to, heads, hash }) => [ledger, from, to, heads, hash])).toEqual([
    [7, 1, 5, 5, hashOf(a[4]?.head ?? '')],
    [9, 1, 3, 3, hashOf(b[2]?.head ?? '')],
  ])
  // Older ones may have been forgotten with their events.
  expect(await problemsOf(a.slice(2))).toBe('')
})

describe('it finds', () => {
  test('a head that was edited: its payload, or its signature', async () => {
    const heads = await chainOf(3)
    const [header, payload = '', signature] = (heads[1]?.head ?? '').split('.')
    const edited = Buffer.from(payload, 'base64url').toString().replace('"uses":2', '"uses":1')
    const forged = [header, Buffer.from(edited).toString('base64url'), signature].join('.')
    const found = await problemsOf(heads.map((one, i) => (i === 1 ? { ...one, head: forged } : one)))
    expect(found).toMatch(/event 7\.2: its signature is not good/)
    expect(found).toMatch(/ledger 7: head 2 is missing/)
    for (const head of ['', 'junk', `${header}.${payload}.`, `${header}.${payload}`]) {
      expect(await problemsOf([{ from: 'line 1', head }])).toMatch(/^line 1: /)
    }
  })

  test('one that is missing, or several; at the end by a hash that was kept', async () => {
    const heads = await chainOf(6)
    expect(await problemsOf(without(heads, 2))).toBe('ledger 7: head 3 is missing')
    expect(await problemsOf(without(heads, 1, 2, 3))).toBe('ledger 7: head 2 to 4 is missing')
    const newest = hashOf(heads[5]?.head ?? '')
    expect(await problemsOf(without(heads, 5), [newest])).toBe(`the head ${newest} is missing`)
    expect(await problemsOf(heads, [newest])).toBe('')
  })

  test('heads that changed places: of events, of ledgers, and of chains', async () => {
    const [a, b] = [await chainOf(3), await chainOf(3, { ledger: 9 })]
    const swapped = (first: ExportedHead | undefined, second: ExportedHead | undefined) => [
      { ...first, head: second?.head } as ExportedHead,
      { ...second, head: first?.head } as ExportedHead,
    ]
    expect(await problemsOf([...swapped(a[0], a[1]), ...a.slice(2)])).toMatch(/belongs to another event/)
    expect(await problemsOf([...swapped(a[1], b[1]), ...without(a, 1), ...without(b, 1)])).toMatch(
      /event 7\.2: it has the head 2 of ledger 9/,
    )
    // Another genuine head with the same place in the chain.
    const other = await chainOf(3, { uses: (sequence) => 10 * sequence })
    const mixed = [...without(a, 1), ...other.slice(1, 2)].map(({ from, head }) => ({ from, head }))
    expect(await problemsOf(mixed)).toMatch(/head 2 of ledger 7 follows another one than is there/)
    expect(await problemsOf([...a, ...other.slice(1, 2)])).toMatch(/is there twice, with other content/)
  })

  test('uses that went back, although the head is genuine', async () => {
    const heads = await chainOf(3, { uses: (sequence) => 5 - sequence })
    expect(await problemsOf(heads)).toMatch(/head 2 of ledger 7: uses of key 3 went back from 4 to 3/)
    // After a restore another chain begins.
    const restored = await chainOf(1, { chain: 'second', uses: () => 1 })
    expect(await problemsOf([...(await chainOf(3)), ...restored])).toBe('')
  })

  test('what another key signed, and what is no head', async () => {
    expect(await problemsOf([{ from: 'line 1', head: await sign({}, 'at+jwt') }])).toMatch(/no head/)
    expect(await problemsOf([{ from: 'line 1', head: await sign({}, undefined, 'agent-1') }])).toMatch(
      /not good/,
    )
  })
})

test('reads a list, a page, an event a line, and bare heads', async () => {
  const heads = await chainOf(2)
  const events = heads.map(({ from, head, event }) => ({
    ...{
      id: from.slice('event '.length),
      at: event?.at,
      type: 'ledger.head',
      subject: { id: event?.ledger },
    },
    detail: { head, sequence: event?.sequence },
  }))
  const other = { id: 'x', type: 'key.create', detail: {} }
  for (const text of [
    JSON.stringify([...events, other]),
    JSON.stringify({ items: [other, ...events], next_cursor: null }, null, 2),
    events.map((event) => JSON.stringify(event)).join('\n'),
  ]) {
    expect(readHeads(text)).toEqual(heads)
  }
  expect(readHeads(heads.map(({ head }) => `${head}\n`).join('')).map(({ head }) => head)).toEqual(
    heads.map(({ head }) => head),
  )
  expect(readHeads('')).toEqual([])
})
