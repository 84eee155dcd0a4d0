/** The chain of a ledger's signed heads: what the next one says, and what the last one was. */
import {
  type HeadDraft,
  type KeyCount,
  MAX_KEYS_OF_HEAD,
  type SignedHead,
} from '../../../core/enrollment/ledger/head.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

/** Of the last head. */
type Row = {
  /** Empty after a restore: the next one begins a chain. */
  chain: string
  sequence: number
  hash: string
  part: number
  /** The last key of a part that others follow; 0: it was the last part. */
  after: number
  version: number
}

const HOUSEKEEPING: Cause = {
  actor: { kind: 'system' },
  request: { id: '', method: '', path: '', address: null },
}

/** null: nothing has changed since the last head. @param newChain the name of a chain that it may have to begin */
export function draftHead(store: LedgerStore, now: number, newChain: string): HeadDraft | null {
  const last = lastHead(store)
  const { version } = store.sql
    .exec<{ version: number }>('SELECT coalesce(sum(version), 0) AS version FROM keys')
    .one()
  const isPart = last !== null && last.after > 0
  if (!isPart && version === (last?.version ?? 0)) return null
  const keys = store.sql
    .exec<KeyCount>(
      'SELECT n, uses, held, max_uses AS maxUses FROM keys WHERE n > ? ORDER BY n LIMIT ?',
      isPart ? last.after : 0,
      MAX_KEYS_OF_HEAD + 1,
    )
    .toArray()
  const isContinued = last !== null && last.chain !== ''
  return {
    ledger: store.ledger,
    organization: store.organization,
    chain: isContinued ? last.chain : newChain,
    sequence: isContinued ? last.sequence + 1 : 1,
    previous: last?.hash ?? null,
    at: now,
    part: isPart ? last.part + 1 : 1,
    isLast: keys.length <= MAX_KEYS_OF_HEAD,
    keys: keys.slice(0, MAX_KEYS_OF_HEAD),
    version: isPart ? last.version : version,
  }
}

/** False: another one has taken its place. */
export function addHead(
  store: LedgerStore,
  now: number,
  { chain, sequence, previous, at, part, isLast, keys, version }: HeadDraft,
  { head, hash }: SignedHead,
): boolean {
  const last = lastHead(store)
  const isNext = (last?.hash ?? null) === previous && (last?.chain || chain) === chain
  if (!isNext) return false
  store.sql.exec('DELETE FROM head')
  store.sql.exec(
    'INSERT INTO head (chain, sequence, hash, part, after, version) VALUES (?, ?, ?, ?, ?, ?)',
    chain,
    sequence,
    hash,
    part,
    isLast ? 0 : (keys.at(-1)?.n ?? 0),
    version,
  )
  const [profile] = store.sql.exec<{ n: number }>('SELECT n FROM profiles ORDER BY n LIMIT 1').toArray()
  const subject = { kind: 'ledger', id: String(store.ledger), name: '' }
  const detail = { sequence, keys: keys.length, head }
  const event = store.event(at, 'ledger.head', HOUSEKEEPING, subject, detail)
  store.enqueue(now, 'profile', profile?.n ?? 0, event)
  return true
}

/** After a restore others may have followed, which are not here: the next head begins a chain, after the last that is. */
export function endChain({ sql }: LedgerStore): void {
  sql.exec("UPDATE head SET chain = '', after = 0, version = -1")
}

function lastHead({ sql }: LedgerStore): Row | null {
  return sql.exec<Row>('SELECT * FROM head').toArray()[0] ?? null
}
