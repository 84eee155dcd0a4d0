/** A ledger and an inbox belong to one deployment: to the D1 of another one they do not exist, and they tell it nothing. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import type { NewKeyPair } from '../../src/core/devices/key-pairs/port.ts'
import { deploymentId, writeDeployment } from '../../src/stores/d1/deployment/deployment-id.ts'
import { HOUSEKEEPER } from '../../src/stores/durable/housekeeper.ts'
import { createInboxes } from '../../src/stores/durable/inbox/inboxes.ts'
import { compose } from '../support/composed.ts'
import {
  attempt,
  CAUSE,
  makeKey,
  makeLedger,
  must,
  NEW_KEY,
  NEW_PROFILE,
  ORGANIZATION,
} from '../support/ledger.ts'
import { newOrganization } from '../support/native-client.ts'

const NOT_FOUND = { ok: false, fault: { kind: 'not_found' } }

const ledgerAt = (id: number) => env.LEDGERS.getByName(String(id))
const inboxAt = (accessKey: string) => env.INBOXES.getByName(accessKey)
type Stub = ReturnType<typeof ledgerAt> | ReturnType<typeof inboxAt>

function idsIn(stub: Stub): Promise<unknown[]> {
  return runInDurableObject(stub as ReturnType<typeof ledgerAt>, (_, { storage }) =>
    storage.sql.exec('SELECT id FROM deployment').toArray(),
  )
}

/** Leaves the object as that statement makes it, and as an isolate finds it that has not met it yet. */
async function change(stub: Stub, statement: string): Promise<void> {
  await runInDurableObject(stub as ReturnType<typeof ledgerAt>, (_, { storage }) => {
    storage.sql.exec(statement)
  })
  await evictDurableObject(stub as ReturnType<typeof ledgerAt>)
}

async function quietly<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly said: unknown[] }> {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const value = await work()
  const said = log.mock.calls.flat()
  log.mockRestore()
  return { value, said }
}

let pairs = 0
async function makeInbox() {
  const role = {
    organization: ORGANIZATION,
    key: 'role',
    name: 'role',
    abilities: { event: true },
    isBuiltIn: false,
    createdAt: 1,
    updatedAt: 1,
    version: 1,
  } as unknown as NewKeyPair['role']
  pairs += 1
  const accessKey = `11${String(pairs).padStart(30, '1')}`
  const inbox = createInboxes(env.INBOXES).open(accessKey)
  const pair = {
    accessKey,
    organization: ORGANIZATION,
    role,
    isEnabled: true,
    expiresAt: null,
    sealedSecret: '1.x',
  }
  must(await inbox.create(pair, CAUSE))
  return { accessKey, inbox }
}

test('a ledger and an inbox have the id of the D1 that they were made with', async () => {
  const id = await deploymentId(env.DB)
  expect(id).toMatch(/^(since-\d+|[0-9a-f]{32})$/)
  const [{ id: ledger }, { accessKey }] = [await makeLedger(), await makeInbox()]
  expect(await idsIn(ledgerAt(ledger))).toEqual([{ id }])
  expect(await idsIn(inboxAt(accessKey))).toEqual([{ id }])
})

test('a foreign ledger is not found, takes no new profile and delivers nothing, and the log says what to do', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 5 })
  must(await ledger.redeem(attempt(key, 'a')))
  await change(ledgerAt(id), "UPDATE deployment SET id = 'other'")
  const { said } = await quietly(async () => {
    expect(await runDurableObjectAlarm(ledgerAt(id))).toBe(true)
    expect(await ledger.create(NEW_PROFILE, id, CAUSE)).toMatchObject({ ok: false, fault: { kind: 'busy' } })
    expect(await ledger.getProfile(ORGANIZATION, 1)).toMatchObject(NOT_FOUND)
    expect(await ledger.createKey(ORGANIZATION, NEW_KEY, CAUSE)).toMatchObject(NOT_FOUND)
    expect(await ledger.survey([])).toMatchObject(NOT_FOUND)
    expect(await ledger.fence(CAUSE)).toMatchObject(NOT_FOUND)
    expect(must(await ledger.redeem(attempt(key, 'b')))).toEqual({ kind: 'refused', reason: 'key_unknown' })
  })
  expect(said.map((line) => JSON.parse(String(line)))).toEqual([
    {
      level: 'error',
      what: 'belongs to another deployment than this D1: restore the D1 of its own',
      object: `ledger ${id}`,
    },
  ])
  const agents = await env.DB.prepare('SELECT count(*) AS n FROM agents WHERE ledger = ?').bind(id).first('n')
  expect(agents).toBe(0)

  // Its own D1 is back.
  const own = await deploymentId(env.DB)
  await change(ledgerAt(id), `UPDATE deployment SET id = '${own}'`)
  expect(must(await ledger.redeem(attempt(key, 'a')))).toMatchObject({ kind: 'repeat' })
  expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ uses: 1 })
})

test('a foreign inbox is not found, and cannot be made again', async () => {
  const { accessKey, inbox } = await makeInbox()
  await change(inboxAt(accessKey), "UPDATE deployment SET id = 'other'")
  await quietly(async () => {
    expect(await inbox.get(ORGANIZATION)).toMatchObject(NOT_FOUND)
    expect(await inbox.remove(ORGANIZATION, CAUSE)).toMatchObject(NOT_FOUND)
    expect(await inbox.rebuild()).toMatchObject(NOT_FOUND)
  })
})

test('a ledger of an earlier release takes the id when it next has something for D1', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger)
  await change(ledgerAt(id), 'DELETE FROM deployment')
  must(await ledger.redeem(attempt(key, 'a')))
  expect(await idsIn(ledgerAt(id))).toEqual([])
  expect(await runDurableObjectAlarm(ledgerAt(id))).toBe(true)
  expect(await idsIn(ledgerAt(id))).toEqual([{ id: await deploymentId(env.DB) }])
})

test('a D1 that had organizations before it had an id gets the same one again after Time Travel', async () => {
  await newOrganization()
  const written = await writeDeployment(env.DB, 1)
  expect(await writeDeployment(env.DB, 2)).toBe(written)
  const again = async () => {
    await env.DB.prepare('DELETE FROM deployment').run()
    return writeDeployment(env.DB, 3)
  }
  const first = await again()
  expect(first).toMatch(/^since-\d+$/)
  expect(await again()).toBe(first)
  await env.DB.prepare('UPDATE deployment SET id = ?').bind(written).run()
})

test('healthz is not ready on another D1 than before, and says what to do', async () => {
  const housekeeper = env.HOUSEKEEPER.getByName(HOUSEKEEPER)
  const health = async () => (await compose()).fetch('https://latchkey.example/healthz', {})
  expect((await health()).status).toBe(200)
  const write = (deployment: string) =>
    runInDurableObject(housekeeper, (_, { storage }) => storage.put('deployment', deployment))
  await write('other')
  const reply = await health()
  expect(reply.status).toBe(503)
  expect(await reply.json()).toMatchObject({
    status: 'not_ready',
    reason: expect.stringMatching(/^D1 is not the one of this deployment: /),
  })
  await write(await deploymentId(env.DB))
  expect((await health()).status).toBe(200)
})
