/** What the storage itself refuses, should the code above it ever be wrong. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { attempt, makeKey, makeLedger, must } from '../../support/ledger.ts'

async function spentLedger(): Promise<DurableObjectStub> {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 2 })
  must(await ledger.redeem(attempt(key, 'a')))
  must(await ledger.redeem(attempt(key, 'b')))
  return env.LEDGERS.getByName(String(id))
}

test('a second agent of a claim that has one', async () => {
  await runInDurableObject(await spentLedger(), (_, { storage }) => {
    const copy = `INSERT INTO agents (n, key, profile, use_number, uuid, claim_hash, enrolled_at, seen_at, body)
      SELECT n + 100, key, profile, use_number, 'another', claim_hash, enrolled_at, seen_at, body FROM agents`
    expect(() => storage.sql.exec(`${copy} WHERE n = 1`)).toThrow(/UNIQUE/)
    // Of an agent that left, it may.
    storage.sql.exec("UPDATE agents SET state = 'left', ended_at = 1 WHERE n = 2")
    expect(storage.sql.exec(`${copy} WHERE n = 2`).rowsWritten).toBeGreaterThan(0)
  })
})

test('a use more than the key allows', async () => {
  await runInDurableObject(await spentLedger(), (_, { storage }) => {
    expect(() => storage.sql.exec('UPDATE keys SET uses = uses + 1')).toThrow(/more often than it allows/)
    storage.sql.exec('UPDATE keys SET max_uses = 1')
    expect(storage.sql.exec('SELECT uses FROM keys').one()).toEqual({ uses: 2 })
  })
})
