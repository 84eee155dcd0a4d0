import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SlotMatch } from '../../src/core/enrollment/ledger/rules/slots.ts'
import { MAX_SLOTS, type SlotFilter } from '../../src/core/enrollment/ledger/slot.ts'
import { formatId } from '../../src/core/kernel/ids.ts'
import { attempt, CAUSE, type Ledger, makeKey, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'
import { rowsWrittenBy } from '../support/ledger-rows.ts'

const HOLDABLE = { rules: { hold: 'allowed' as const } }
const APPROVAL = { rules: { approval: { expiresSeconds: 600, maxPending: 20, by: 'user' as const } } }
const PAGE = { after: null, limit: 10_000 }

afterEach(() => {
  vi.useRealTimers()
})

const claim = (n: number) => n.toString(16).padStart(64, '0')
const hostnames = (...values: readonly string[]): SlotMatch[] =>
  values.map((value) => ({ by: 'hostname', value }))

/** A key that expects these hosts. */
async function expecting(hosts: readonly string[], key: Parameters<typeof makeKey>[1] = {}) {
  const { id, ledger } = await makeLedger()
  const n = await makeKey(ledger, { maxUses: 100, ...key })
  must(await ledger.addSlots(ORGANIZATION, n, hostnames(...hosts), CAUSE))
  return { id, ledger, key: n }
}

function ask(ledger: Ledger, key: number, n: number, hostname: string | null, more = {}) {
  return ledger.redeem(attempt(key, claim(n), { hostname, ...more })).then(must)
}

async function slotsOf(ledger: Ledger, key: number, filter: SlotFilter = {}) {
  return must(await ledger.listSlots(ORGANIZATION, key, filter, PAGE))
}

async function slotOf(ledger: Ledger, key: number, value: string) {
  const [slot] = (await slotsOf(ledger, key, { value })).slots
  if (!slot) throw new Error(`there is no slot of ${value}`)
  return slot
}

async function usesOf(ledger: Ledger, key: number) {
  const { uses, held } = must(await ledger.getKey(ORGANIZATION, key))
  return { uses, held }
}

const revoke = async (ledger: Ledger, key: number, andKey: 'keep' | 'disable' = 'keep') =>
  must(await ledger.revokeAgents(ORGANIZATION, key, 0, andKey, false, CAUSE))

describe('a key that expects certain machines', () => {
  test('lets in each once, however its name is written, and no other; what is refused spends nothing', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'])
    expect(await ask(ledger, key, 1, ' WEB-1. ')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 2, 'web-3')).toMatchObject({ kind: 'refused', reason: 'not_listed' })
    expect(await ask(ledger, key, 3, null)).toMatchObject({ reason: 'not_listed' })
    expect(await ask(ledger, key, 4, 'web-1')).toMatchObject({ reason: 'slot_filled' })
    expect(await ask(ledger, key, 1, 'some other name')).toMatchObject({ kind: 'repeat' })
    expect(await usesOf(ledger, key)).toEqual({ uses: 1, held: 0 })
    const { slots, counts } = await slotsOf(ledger, key)
    expect(slots.map(({ value, agent }) => [value, agent?.state])).toEqual([
      ['web-1', 'active'],
      ['web-2', undefined],
    ])
    expect(counts).toEqual({ total: 2, filled: 1, held: 0 })
  })

  test('1,000 claims at once on 25 slots: 25 agents, one in each slot', async () => {
    const hosts = Array.from({ length: 25 }, (_, i) => `host-${i}`)
    const { id, ledger, key } = await expecting(hosts, { maxUses: null })
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        ask(ledger, key, i, i % 2 ? `host-${i % 25}` : `HOST-${i % 25}.`),
      ),
    )
    const made = answers.filter(({ kind }) => kind === 'new')
    expect(made).toHaveLength(25)
    const refused = answers.flatMap((one) => (one.kind === 'refused' ? one.reason : []))
    expect([refused.length, new Set(refused)]).toEqual([975, new Set(['slot_filled'])])
    const { slots, counts } = await slotsOf(ledger, key, { state: 'filled' })
    expect(counts).toEqual({ total: 25, filled: 25, held: 0 })
    expect(new Set(slots.map(({ agent }) => agent?.id)).size).toBe(25)
    expect(await usesOf(ledger, key)).toEqual({ uses: 25, held: 0 })
    const agents = await runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) =>
      storage.sql
        .exec('SELECT DISTINCT a.n FROM agents a JOIN slots s ON s.agent = a.n AND s.key = a.key')
        .toArray(),
    )
    expect(agents).toHaveLength(25)
  })

  test('with no slot lets no machine in: taking the last one off the list opens nothing', async () => {
    const { ledger, key } = await expecting(['web-1'])
    const { n } = await slotOf(ledger, key, 'web-1')
    expect((await ledger.removeSlot(ORGANIZATION, key, n, CAUSE)).ok).toBe(true)
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ reason: 'not_listed' })
    const made = await makeKey(ledger, { maxUses: 5, rules: { isExpectedOnly: true } })
    expect(await ask(ledger, made, 1, 'web-1')).toMatchObject({ reason: 'not_listed' })
    must(await ledger.changeKey(ORGANIZATION, key, { rules: { isExpectedOnly: false } }, CAUSE))
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ kind: 'new' })
  })

  test('goes by the serial number where the list has it, and by the host name otherwise', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'])
    must(await ledger.addSlots(ORGANIZATION, key, [{ by: 'serial', value: 's1' }], CAUSE))
    const facts = (serial: unknown) => ({ facts: JSON.stringify({ serial }) })
    expect(await ask(ledger, key, 1, 'web-1', facts(' S1'))).toMatchObject({ kind: 'new' })
    expect((await slotOf(ledger, key, 's1')).agent).not.toBeNull()
    // The same machine under another claim: its host’s slot is free, and its own is not.
    expect(await ask(ledger, key, 2, 'web-1', facts('s1'))).toMatchObject({ reason: 'slot_filled' })
    expect(await ask(ledger, key, 3, 'web-1', facts('s2'))).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 4, 'web-2', facts(5))).toMatchObject({ kind: 'new' })
  })

  test('a limit below its slots is a limit still, and fills no slot; a raised one goes on', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'], { maxUses: 1 })
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 2, 'web-2')).toMatchObject({ reason: 'key_spent' })
    expect((await slotOf(ledger, key, 'web-2')).agent).toBeNull()
    must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 2, name: 'other' }, CAUSE))
    expect(await ask(ledger, key, 2, 'web-2')).toMatchObject({ kind: 'new' })
  })

  test('a refused machine pauses it like any other that is no more than new', async () => {
    const pauseOn = { refusedNetworksPerMinute: 1, deniedPerHour: null, resumeAfterSeconds: null }
    const { ledger, key } = await expecting(['web-1'], { rules: { pauseOn } })
    await ask(ledger, key, 1, 'web-2', { address: '192.0.2.1' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ reason: 'key_paused' })
  })

  test('explain says what a machine would meet, and changes nothing', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'])
    await ask(ledger, key, 1, 'web-1')
    const explain = async (hostname: string | null) =>
      must(await ledger.explain(ORGANIZATION, key, null, null, 'enroll', { hostname, facts: '{}' }))
    expect(await explain('WEB-1')).toMatchObject({ decision: 'refused', reason: 'slot_filled' })
    expect(await explain('web-2')).toMatchObject({ decision: 'new' })
    expect(await explain(null)).toMatchObject({ reason: 'not_listed' })
    expect(must(await ledger.explain(ORGANIZATION, key, null, null))).toMatchObject({ reason: 'not_listed' })
  })
})

describe('a slot', () => {
  test('stays filled whatever becomes of its agent, until it is refilled', async () => {
    const { ledger, key } = await expecting(['web-1'])
    await ask(ledger, key, 1, 'web-1')
    const { n } = await slotOf(ledger, key, 'web-1')
    const refill = () => ledger.refillSlot(ORGANIZATION, key, n, CAUSE)
    expect(await refill()).toMatchObject({ ok: false, fault: { kind: 'in_use', noun: 'slot' } })
    await revoke(ledger, key)
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ reason: 'slot_filled' })
    expect(must(await refill())).toMatchObject({ value: 'web-1', agent: null })
    expect(must(await refill())).toMatchObject({ agent: null })
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ reason: 'agent_revoked' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'new' })
  })

  test('stays filled by an agent that left', async () => {
    const { ledger, key } = await expecting(['web-1'])
    await ask(ledger, key, 1, 'web-1')
    must(await ledger.leave(ORGANIZATION, 1, CAUSE))
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ reason: 'slot_filled' })
    expect((await slotOf(ledger, key, 'web-1')).agent).toMatchObject({ state: 'left' })
  })

  test('is not taken off the list while its agent is active', async () => {
    const { ledger, key } = await expecting(['web-1'])
    await ask(ledger, key, 1, 'web-1')
    const { n } = await slotOf(ledger, key, 'web-1')
    const remove = () => ledger.removeSlot(ORGANIZATION, key, n, CAUSE)
    expect(await remove()).toMatchObject({ fault: { kind: 'in_use' } })
    await revoke(ledger, key)
    expect((await remove()).ok).toBe(true)
    expect(await remove()).toMatchObject({ fault: { kind: 'not_found', noun: 'slot' } })
  })

  test('is of one key: another key’s does not take it off, or refill it', async () => {
    const { ledger, key } = await expecting(['web-1'])
    const other = await makeKey(ledger, {})
    const { n } = await slotOf(ledger, key, 'web-1')
    expect(await ledger.removeSlot(ORGANIZATION, other, n, CAUSE)).toMatchObject({ fault: { noun: 'slot' } })
    expect(await ledger.refillSlot(ORGANIZATION, other, n, CAUSE)).toMatchObject({ fault: { noun: 'slot' } })
    must(await ledger.addSlots(ORGANIZATION, other, hostnames('web-1'), CAUSE))
    expect((await slotsOf(ledger, other)).counts.total).toBe(1)
  })

  test('the storage refuses to fill it twice, whatever the code says', async () => {
    const { id, ledger, key } = await expecting(['web-1'])
    await ask(ledger, key, 1, 'web-1')
    await runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) => {
      expect(() => storage.sql.exec('UPDATE slots SET agent = 2')).toThrow('slot filled twice')
    })
  })
})

describe('a slot of a held use', () => {
  test('is held with it, for its claim alone, and goes to the agent that is confirmed', async () => {
    const { ledger, key } = await expecting(['web-1'], HOLDABLE)
    expect(await ask(ledger, key, 1, 'web-1', { intent: 'hold' })).toMatchObject({ kind: 'held' })
    expect((await slotsOf(ledger, key)).counts).toEqual({ total: 1, filled: 0, held: 1 })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ reason: 'slot_filled' })
    expect(await ask(ledger, key, 2, 'web-1', { intent: 'hold' })).toMatchObject({ reason: 'slot_filled' })
    // A confirmation says nothing of its machine.
    expect(await ask(ledger, key, 1, '', { intent: 'confirm' })).toMatchObject({ kind: 'new' })
    expect((await slotsOf(ledger, key)).counts).toEqual({ total: 1, filled: 1, held: 0 })
    expect(await usesOf(ledger, key)).toEqual({ uses: 1, held: 0 })
  })

  test('is free again when the hold is cancelled', async () => {
    const { ledger, key } = await expecting(['web-1'], HOLDABLE)
    await ask(ledger, key, 1, 'web-1', { intent: 'hold' })
    await ask(ledger, key, 1, null, { intent: 'cancel' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'new' })
  })

  test('is free again when the hold lapses, also before that is written down', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { ledger, key } = await expecting(['web-1'], HOLDABLE)
    await ask(ledger, key, 1, 'web-1', { intent: 'hold', holdSeconds: 60 })
    vi.setSystemTime(Date.now() + 60_000)
    expect((await slotOf(ledger, key, 'web-1')).heldUntil).toBeNull()
    const about = { hostname: 'web-1', facts: '{}' }
    const explained = must(await ledger.explain(ORGANIZATION, key, claim(2), null, 'enroll', about))
    expect(explained).toMatchObject({ decision: 'new' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'new' })
    // The late claim holds nothing, and its slot is gone.
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ reason: 'slot_filled' })
  })

  test('is the one of the newest hold: what a claim held before under another name is free', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'], HOLDABLE)
    await ask(ledger, key, 1, 'web-1', { intent: 'hold' })
    await ask(ledger, key, 1, null, { intent: 'cancel' })
    await ask(ledger, key, 1, 'web-2', { intent: 'hold' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 3, 'web-2')).toMatchObject({ reason: 'slot_filled' })
    // What the claim held counts, whatever the machine says now.
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ kind: 'new' })
    expect((await slotsOf(ledger, key)).counts).toEqual({ total: 2, filled: 2, held: 0 })
  })

  test('takes the use back when it is taken off the list or refilled', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'], HOLDABLE)
    await ask(ledger, key, 1, 'web-1', { intent: 'hold' })
    await ask(ledger, key, 2, 'web-2', { intent: 'hold' })
    const [one, two] = (await slotsOf(ledger, key)).slots
    expect((await ledger.removeSlot(ORGANIZATION, key, one?.n ?? 0, CAUSE)).ok).toBe(true)
    expect(await usesOf(ledger, key)).toEqual({ uses: 0, held: 1 })
    must(await ledger.refillSlot(ORGANIZATION, key, two?.n ?? 0, CAUSE))
    expect(await usesOf(ledger, key)).toEqual({ uses: 0, held: 0 })
    expect(await ask(ledger, key, 1, null, { intent: 'confirm' })).toMatchObject({ reason: 'hold_lapsed' })
    expect(await ask(ledger, key, 3, 'web-2')).toMatchObject({ kind: 'new' })
  })

  test('is asked for when the list came after the hold', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5, ...HOLDABLE })
    for (const n of [1, 2]) await ask(ledger, key, n, `web-${n}`, { intent: 'hold' })
    must(await ledger.addSlots(ORGANIZATION, key, hostnames('web-1'), CAUSE))
    expect(await ask(ledger, key, 2, 'web-2')).toMatchObject({ reason: 'not_listed' })
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ kind: 'new' })
  })

  test('is held by a claim that waits for approval, and free once that is denied', async () => {
    const { ledger, key } = await expecting(['web-1'], APPROVAL)
    expect(await ask(ledger, key, 1, 'web-2')).toMatchObject({ reason: 'not_listed' })
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ kind: 'held', hold: 'approval' })
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ reason: 'slot_filled' })
    must(await ledger.decideClaim(ORGANIZATION, key, claim(1), 'denied', 'user', CAUSE))
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'held' })
    must(await ledger.decideClaim(ORGANIZATION, key, claim(2), 'approved', 'user', CAUSE))
    expect(await ask(ledger, key, 2, 'web-1')).toMatchObject({ kind: 'new' })
    expect((await slotsOf(ledger, key)).counts).toEqual({ total: 1, filled: 1, held: 0 })
  })

  test('is free after a restore, which returns what is held', async () => {
    const { ledger, key } = await expecting(['web-1', 'web-2'], HOLDABLE)
    await ask(ledger, key, 1, 'web-1')
    await ask(ledger, key, 2, 'web-2', { intent: 'hold' })
    must(await ledger.fence(CAUSE))
    expect(await ask(ledger, key, 3, 'web-2')).toMatchObject({ reason: 'suspended_by_restore' })
    must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    must(await ledger.rebuild())
    expect(await ask(ledger, key, 3, 'web-2')).toMatchObject({ kind: 'new' })
    expect(await ask(ledger, key, 4, 'web-1')).toMatchObject({ reason: 'slot_filled' })
  })
})

describe('the list', () => {
  test('takes a machine once, keeps those that are filled, and has at most 5,000', async () => {
    const { ledger, key } = await expecting(['web-1'], { maxUses: null })
    await ask(ledger, key, 1, 'web-1')
    const add = (slots: readonly SlotMatch[]) => ledger.addSlots(ORGANIZATION, key, slots, CAUSE)
    expect(must(await add(hostnames('web-1', 'web-2', 'web-2')))).toMatchObject({
      added: 1,
      counts: { total: 2, filled: 1, held: 0 },
    })
    const many = Array.from({ length: 500 }, (_, i) => `host-${i}`)
    const batches = MAX_SLOTS / 500 - 1
    for (let i = 0; i < batches; i++) must(await add(hostnames(...many.map((name) => `${name}.${i}`))))
    expect(await add(hostnames(...many))).toMatchObject({ fault: { kind: 'limit_reached', what: 'slot' } })
    expect(must(await add(hostnames(...many.slice(2)))).counts.total).toBe(MAX_SLOTS)
    expect(must(await add(hostnames('web-1')))).toMatchObject({ added: 0 })
  })

  test('is read page by page, by state, and by a name however it is written', async () => {
    const { ledger, key } = await expecting(['a', 'b', 'c', 'd'])
    await ask(ledger, key, 1, 'b')
    const missing = await slotsOf(ledger, key, { state: 'missing' })
    expect(missing.slots.map(({ value }) => value)).toEqual(['a', 'c', 'd'])
    const second = await ledger.listSlots(
      ORGANIZATION,
      key,
      { state: 'missing' },
      { after: missing.slots[0] ?? null, limit: 1 },
    )
    expect(must(second).slots.map(({ value }) => value)).toEqual(['c'])
    expect((await slotOf(ledger, key, ' B. ')).value).toBe('b')
  })

  test('of a revoked key is read, and takes no further machine', async () => {
    const { ledger, key } = await expecting(['web-1'])
    must(await ledger.revokeKey(ORGANIZATION, key, CAUSE))
    expect((await slotsOf(ledger, key)).counts.total).toBe(1)
    expect(await ledger.addSlots(ORGANIZATION, key, hostnames('web-2'), CAUSE)).toMatchObject({
      fault: { kind: 'key_revoked' },
    })
    expect(await ask(ledger, key, 1, 'web-1')).toMatchObject({ reason: 'key_revoked' })
  })

  test('a change of it is an event that counts; what changes nothing is none', async () => {
    const { id, ledger, key } = await expecting(['web-1', 'web-2'])
    must(await ledger.addSlots(ORGANIZATION, key, hostnames('web-1'), CAUSE))
    const { n } = await slotOf(ledger, key, 'web-2')
    must(await ledger.refillSlot(ORGANIZATION, key, n, CAUSE))
    must(await ledger.removeSlot(ORGANIZATION, key, n, CAUSE))
    const { results } = await env.DB.prepare(
      "SELECT type, record ->> '$.detail' AS detail FROM events WHERE subject = ? AND type LIKE 'slot%' ORDER BY at, id",
    )
      .bind(`key:${formatId({ ledger: id, n: key })}`)
      .all<{ type: string; detail: string }>()
    expect(results.map(({ type, detail }) => [type, JSON.parse(detail)])).toEqual([
      ['slots.added', { added: 2, total: 2 }],
      ['slot.removed', { by: 'hostname', value: 'web-2' }],
    ])
  })
})

test('a redemption of a key with slots writes one row more than of another', async () => {
  const { id, ledger } = await makeLedger()
  const object = env.LEDGERS.getByName(String(id))
  const plain = await makeKey(ledger, { maxUses: 10, rules: { hold: 'allowed' } })
  const listed = await makeKey(ledger, { maxUses: 10, rules: { hold: 'allowed' } })
  must(await ledger.addSlots(ORGANIZATION, listed, hostnames('a', 'b'), CAUSE))
  const rows = (key: number, n: number, name: string) =>
    rowsWrittenBy(object, ORGANIZATION, async () => {
      expect(await ask(ledger, key, n, name)).toMatchObject({ kind: 'new' })
    }).then(({ inLedger }) => inLedger)
  await rows(plain, 1, 'a')
  await rows(listed, 1, 'a')
  expect((await rows(listed, 2, 'b')) - (await rows(plain, 2, 'b'))).toBe(1)
})
