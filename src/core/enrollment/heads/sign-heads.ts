/**
 * Receipts: each day the counts of a ledger's keys are signed, in a chain, by a key that signs nothing else. What D1, an
 * export or a backup says of them later can be held against it offline (docs/guides/receipts.md). A ledger in which nothing
 * has changed writes none; a redemption writes nothing for it.
 */
import { toBase64Url, utf8 } from '../../kernel/encoding.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { payloadOf, type SignedHead } from '../ledger/head.ts'

/** An object may make a thousand calls for one alarm, and other tasks make some. */
const MAX_CALLS = 200
const PAGE = 50
/** A ledger with more parts than this goes on the next day. */
const MAX_PARTS = 100

/** @param after the number of the ledger that was the last @returns the last one of this run; null: all are through */
export async function signHeads(ports: Ports, after: number): Promise<number | null> {
  let calls = 0
  let last = after
  while (calls < MAX_CALLS) {
    const ledgers = await ports.deployment.ledgersAfter(last, PAGE)
    calls++
    for (const ledger of ledgers) {
      if (calls >= MAX_CALLS) return last
      // No request waits behind all of them.
      calls += await ports.inTurn(() => signHead(ports, ledger))
      last = ledger
    }
    if (ledgers.length < PAGE) return null
  }
  return last
}

/** One that is busy, or broken, is left for the next day, and keeps no other waiting. @returns how many calls it took */
async function signHead(ports: Ports, number: number): Promise<number> {
  const ledger = ports.ledgers.forMaintenance(number)
  for (let part = 0; part < MAX_PARTS; part++) {
    const drafted = await orRefused(() => ledger.draftHead(ports.uuid()))
    if (!drafted?.ok || drafted.value === null) return 2 * part + 1
    const draft = drafted.value
    const ring = await ports.keyring()
    const signed = await withHash(await ring.signHead(payloadOf(draft, ports.publicUrl)))
    const added = await orRefused(() => ledger.addHead(draft, signed))
    if (!added?.ok || !added.value || draft.isLast) return 2 * part + 2
  }
  return 2 * MAX_PARTS
}

async function orRefused<T>(call: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
  return call().catch(() => null)
}

async function withHash(head: string): Promise<SignedHead> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(head))
  return { head, hash: toBase64Url(new Uint8Array(digest)) }
}
