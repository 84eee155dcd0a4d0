/**
 * Checks signed heads of ledgers, offline: each signature, and that of each chain none is missing, changed or in another's
 * place. What is missing at the end no chain can show: compare the newest hash with one that was kept elsewhere.
 */
import { createHash } from 'node:crypto'
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose'
import { Refusal } from '../lib/cli/refusal.ts'
import type { Json } from '../lib/http/answer.ts'

const TYPE = 'latchkey-head'
const ALGORITHMS = ['EdDSA', 'ES256']

/** A head as it was exported: alone, or in its event. */
export type ExportedHead = {
  /** For messages: an event's id, or the number of a line. */
  readonly from: string
  /** A compact JWS. */
  readonly head: string
  /** What its event says of it, which is not signed; absent: there was no event. */
  readonly event?: { readonly ledger: string; readonly at: string; readonly sequence: number }
}

type Payload = {
  readonly ledger: number
  readonly chain: string
  readonly sequence: number
  readonly previous: string | null
  readonly at: string
  readonly part: number
  readonly is_last_part: boolean
  readonly keys: readonly {
    readonly n: number
    readonly uses: number
    readonly held: number
    readonly max_uses: number | null
  }[]
}

type Checked = Payload & { readonly from: string; readonly hash: string }

export type CheckedChain = {
  readonly ledger: number
  readonly chain: string
  readonly from: number
  readonly to: number
  readonly until: string
  /** Of the newest head. */
  readonly hash: string
  readonly heads: number
}

export type Verified = { readonly chains: readonly CheckedChain[]; readonly problems: readonly string[] }

/** Of events as the API answers them: a list, a page, or one a line; or of bare heads, one a line. */
export function readHeads(text: string): readonly ExportedHead[] {
  const whole = parsed(text)
  if (whole !== undefined) return listOf(whole).flatMap(headOf)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.flatMap((line, i) => {
    const event = parsed(line)
    if (event !== undefined) return listOf(event).flatMap(headOf)
    return [{ from: `line ${i + 1}`, head: line.trim() }]
  })
}

export function parseKeySet(text: string, path: string): JSONWebKeySet {
  const set = parsed(text) as JSONWebKeySet | undefined
  if (!Array.isArray(set?.keys)) throw new Refusal(`${path} is no JSON Web Key Set`, 2)
  return set
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function listOf(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value
  const { items } = value as Json
  return Array.isArray(items) ? items : [value as Json]
}

/** Other events are passed over. */
function headOf({ id, at, type, subject, detail }: Json): readonly ExportedHead[] {
  if (type !== 'ledger.head') return []
  const event = { ledger: String(subject?.id), at: String(at), sequence: Number(detail?.sequence) }
  return [{ from: `event ${id}`, head: String(detail?.head), event }]
}

/** @param expected hashes of heads that must be among them */
export async function verifyHeads(
  exported: readonly ExportedHead[],
  keys: JSONWebKeySet,
  expected: readonly string[] = [],
): Promise<Verified> {
  const problems: string[] = []
  const byHash = new Map<string, Checked>()
  const keyOf = createLocalJWKSet(keys)
  for (const one of exported) {
    const payload = await open(one, keyOf)
    if (typeof payload === 'string') problems.push(`${one.from}: ${payload}`)
    else byHash.set(payload.hash, payload)
  }
  const chains: CheckedChain[] = []
  const named = Map.groupBy(byHash.values(), ({ ledger, chain }) => `${ledger} ${chain}`)
  for (const heads of named.values()) {
    const sorted = heads.toSorted((a, b) => a.sequence - b.sequence)
    problems.push(...problemsOf(sorted))
    const [first, last] = [sorted[0], sorted.at(-1)]
    if (!first || !last) continue
    const { ledger, chain } = last
    chains.push({
      ...{ ledger, chain, from: first.sequence, to: last.sequence },
      ...{ until: last.at, hash: last.hash, heads: sorted.length },
    })
  }
  for (const hash of expected) {
    if (!byHash.has(hash)) problems.push(`the head ${hash} is missing`)
  }
  chains.sort((a, b) => a.ledger - b.ledger || a.until.localeCompare(b.until))
  return { chains, problems }
}

/** A text says what is wrong with it. */
async function open(
  { from, head, event }: ExportedHead,
  keyOf: ReturnType<typeof createLocalJWKSet>,
): Promise<Checked | string> {
  let payload: Payload
  try {
    if (decodeProtectedHeader(head).typ !== TYPE) return 'it is no head of a ledger'
    const verified = await compactVerify(head, keyOf, { algorithms: ALGORITHMS })
    payload = JSON.parse(new TextDecoder().decode(verified.payload))
  } catch (error) {
    return `its signature is not good: ${(error as Error).message}`
  }
  if (event) {
    const isItsOwn =
      event.ledger === String(payload.ledger) &&
      event.sequence === payload.sequence &&
      event.at === payload.at
    if (!isItsOwn)
      return `it has the head ${payload.sequence} of ledger ${payload.ledger}, which belongs to another event`
  }
  return { ...payload, from, hash: createHash('sha256').update(head).digest('base64url') }
}

/** Of one chain, by their sequence. */
function problemsOf(heads: readonly Checked[]): string[] {
  const problems: string[] = []
  const uses = new Map<number, number>()
  for (const [i, head] of heads.entries()) {
    const name = `${head.from}: head ${head.sequence} of ledger ${head.ledger}`
    const before = heads[i - 1]
    if (before && head.sequence === before.sequence)
      problems.push(`${name} is there twice, with other content`)
    else if (before && head.sequence > before.sequence + 1) {
      const [first, last] = [before.sequence + 1, head.sequence - 1]
      problems.push(
        `ledger ${head.ledger}: head ${first === last ? first : `${first} to ${last}`} is missing`,
      )
    } else if (before && head.previous !== before.hash)
      problems.push(`${name} follows another one than is there`)
    for (const key of head.keys) {
      const known = uses.get(key.n) ?? 0
      if (key.uses < known)
        problems.push(`${name}: uses of key ${key.n} went back from ${known} to ${key.uses}`)
      uses.set(key.n, key.uses)
    }
  }
  return problems
}
