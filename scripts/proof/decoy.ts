/** A decoy beside a revoked key, as a client meets them: the same bytes, the same rows, and times that tell nothing apart. */
import { randomBytes } from 'node:crypto'
import { formatId } from '../../src/core/kernel/ids.ts'
import type { Progress } from '../lib/cli/progress.ts'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import type { Answer } from '../lib/http/answer.ts'
import { basic } from '../lib/http/credential.ts'
import { must } from './api/ask.ts'
import { type Check, exactly, type Part } from './report.ts'
import { readLedgers, readRefusedEvents } from './storage.ts'
import { startSubject } from './subject.ts'

export type DecoyPlan = {
  /** Calls of each key. */
  readonly calls: number
}

const ADDRESS_HEADER = 'X-Proof-Address'
const WARM_UP = 20
/** How far the chance that a decoy's call takes longer than a revoked key's may be from one half: 300 calls vary by 0.02. */
const MOST_ADVANTAGE = 0.1

type Kind = 'decoy' | 'revoked'

export async function proveDecoy(plan: DecoyPlan, progress: Progress, signal: AbortSignal): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo, { LATCHKEY_CLIENT_ADDRESS: `header:${ADDRESS_HEADER}` })
  // One connection: a call waits for nothing but its own.
  const client = openClient(subject.url, 1)
  undo.defer(() => client.close())
  const { auth_username: username, secret } = subject.credentials.illumio
  const keys = await makeKeys(client, basic(username, secret))
  const times: Record<Kind, number[]> = { decoy: [], revoked: [] }
  const forms: Record<Kind, Set<string>> = { decoy: new Set(), revoked: new Set() }
  progress.begin('decoy: calls of both keys in turn')
  for (let turn = -WARM_UP; turn < plan.calls; turn++) {
    signal.throwIfAborted()
    // Each pair is another network's: none is answered from memory.
    const address = `198.${18 + (((turn + WARM_UP) >> 8) & 1)}.${(turn + WARM_UP) & 255}.1`
    const order: readonly Kind[] = Math.random() < 0.5 ? ['decoy', 'revoked'] : ['revoked', 'decoy']
    for (const kind of order) {
      const begin = performance.now()
      const answer = await touch(client, keys[kind].code, address)
      if (turn >= 0) times[kind].push(performance.now() - begin)
      forms[kind].add(formOf(answer))
    }
    if (turn >= 0) progress.step()
  }
  // A management call brings D1 all that the ledger has for it.
  const headers = basic(username, secret)
  await must(client, { method: 'PATCH', path: `/v1/keys/${keys.decoy.id}`, headers, json: { name: 'told' } })
  await subject.stop()
  const { decoy, revoked } = { decoy: medianOf(times.decoy), revoked: medianOf(times.revoked) }
  const { advantage, p } = compare(times.decoy, times.revoked)
  return {
    title: 'Decoy',
    notes: [
      `${plan.calls} calls of each in turn, each pair from a network of its own. Medians: decoy ${decoy.toFixed(3)} ms, ` +
        `revoked key ${revoked.toFixed(3)} ms. A decoy’s call takes longer with a chance of ${(0.5 + advantage).toFixed(3)} ` +
        `(rank sum, p = ${p.toFixed(3)}).`,
    ],
    checks: [
      exactly('forms of answers of both', new Set([...forms.decoy, ...forms.revoked]).size, 1),
      ...rowsOf(subject.data, keys),
      exactly('times that tell them apart', Math.abs(advantage) > MOST_ADVANTAGE ? 'yes' : 'no', 'no'),
    ],
  }
}

async function makeKeys(client: Client, headers: ReturnType<typeof basic>) {
  const post = (path: string, json?: object) => must(client, { method: 'POST', path, headers, json })
  const { id: profile_id } = await post('/v1/profiles', { name: 'trap' })
  const decoy = await post('/v1/keys', { profile_id, max_uses: 5, name: 'key', decoy: true })
  const revoked = await post('/v1/keys', { profile_id, max_uses: 5, name: 'key' })
  await post(`/v1/keys/${revoked.id}/revoke`)
  return { decoy, revoked } as Record<Kind, { readonly id: string; readonly code: string }>
}

function touch(client: Client, code: string, address: string): Promise<Answer> {
  const json = { code, claim: randomBytes(24).toString('base64url'), hostname: 'web-01' }
  return client.ask({
    method: 'POST',
    path: '/v1/enroll',
    headers: () => ({ [ADDRESS_HEADER]: address }),
    json,
  })
}

/** All of an answer that a client sees, but for the id and the second of its request. */
function formOf({ status, headers, text }: Answer): string {
  const shown = Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return JSON.stringify([status, shown, text.replace(/"request_id":"[0-9a-f-]{36}"/, '')])
}

function rowsOf(data: string, keys: Record<Kind, { readonly id: string }>): Check[] {
  const ledgers = readLedgers(data).flatMap((ledger) => ledger.keys)
  const events = readRefusedEvents(data)
  const countOf = (kind: Kind) => {
    const id = keys[kind].id.slice('key_'.length)
    const stored = ledgers.find((key) => formatId(key) === id)
    return { refusals: stored?.refusals ?? -1, events: events.get(id) ?? 0 }
  }
  const [decoy, revoked] = [countOf('decoy'), countOf('revoked')]
  return [
    exactly('refusals counted in the ledger', decoy.refusals, revoked.refusals),
    exactly('events of refusals in D1', decoy.events, revoked.events),
  ]
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** The rank-sum test of Mann and Whitney, with the normal approximation. @returns how far the chance that a > b is from one half */
function compare(
  a: readonly number[],
  b: readonly number[],
): { readonly advantage: number; readonly p: number } {
  const greater = a.reduce(
    (sum, x) => sum + b.reduce((wins, y) => wins + (x > y ? 1 : x === y ? 0.5 : 0), 0),
    0,
  )
  const pairs = a.length * b.length
  const z = (greater - pairs / 2) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12)
  return { advantage: greater / pairs - 0.5, p: twoSided(Math.abs(z)) }
}

/** Of a standard normal variable: how likely it is further from 0 (Abramowitz and Stegun 26.2.17, to 7 digits). */
function twoSided(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153]
  const sum = series.reduce((rest, factor) => (rest + factor) * t, 0)
  return Math.min(1, ((2 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)) * sum)
}
