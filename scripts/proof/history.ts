/** Promises 1 to 5 over real HTTP, while the runtime is killed, answers are lost and the disk is slow. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../lib/cli/progress.ts'
import { openClient } from '../lib/http/agent-client.ts'
import { basic } from '../lib/http/credential.ts'
import { type Actor, type Key, openActor } from './history/actor.ts'
import { verdictOf } from './history/aftermath.ts'
import { type KeyHistory, newLimit, runKey, type Tally } from './history/key-run.ts'
import { isLinearizable } from './history/linearize.ts'
import { makeKey, makeProfile } from './history/stock.ts'
import { atLeast, none, type Part } from './report.ts'
import { readLedgers, readProjections } from './storage.ts'
import { type Subject, startSubject } from './subject.ts'

export type HistoryPlan = {
  /** Answered redemptions. */
  readonly redemptions: number
  readonly profiles: number
  /** Keys in use at once, and clients of each. */
  readonly keys: number
  readonly clients: number
  /** New claims of each key. */
  readonly claims: number
  /** Between one fault and the next, in milliseconds. */
  readonly faultEvery: { readonly least: number; readonly most: number }
}

const SLOW_DISK_MS = 25
const SLOW_FOR_MS = 3_000
const QUIET_MS = 2_000
const QUIET_DEADLINE_MS = 120_000

type Faults = { kills: number; slow: number; hasStrace: boolean }

export async function proveHistory(
  plan: HistoryPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const client = openClient(subject.url, plan.keys * plan.clients * 2)
  undo.defer(() => client.close())
  const { auth_username: username, secret } = subject.credentials.illumio
  const headers = basic(username, secret)
  const actor = openActor(client, headers)
  const profiles = await Promise.all(
    Array.from({ length: plan.profiles }, (_, i) => makeProfile(client, headers, `proof ${i}`)),
  )

  const tally: Tally = {
    made: 0,
    repeated: 0,
    refused: 0,
    held: 0,
    changes: 0,
    unanswered: 0,
    busy: 0,
    anomalies: [],
  }
  const answered = () => tally.made + tally.repeated + tally.refused
  const histories: Pick<KeyHistory, 'key' | 'agents' | 'uses'>[] = []
  const illegal: string[] = []
  let operations = 0
  let next = 0

  async function workKeys(): Promise<void> {
    while (answered() < plan.redemptions) {
      signal.throwIfAborted()
      await subject.up()
      const limit = newLimit(plan.claims)
      const isHolding = next % 2 === 1
      const profile = profiles[next++ % profiles.length] ?? ''
      const key = await makeKey(client, headers, profile, limit, isHolding)
      if (key === null) continue
      const history = await runKey(planOf(actor, key, limit, isHolding))
      operations += history.operations.length
      if (!isLinearizable(history.operations, limit)) illegal.push(JSON.stringify(history.operations))
      histories.push({ key, agents: history.agents, uses: history.uses })
    }
  }
  const planOf = (actor: Actor, key: Key, limit: number | null, isHolding: boolean) => ({
    ...{ actor, key, limit, isHolding, tally, clients: plan.clients, claims: plan.claims },
    up: subject.up,
    onRedemption: progress.step,
  })

  progress.begin('redemptions, with kills and a slow disk')
  const working = new AbortController()
  const faults: Faults = { kills: 0, slow: 0, hasStrace: true }
  const trouble = makeTrouble(subject, plan, faults, AbortSignal.any([working.signal, signal]))
  try {
    await Promise.all(Array.from({ length: plan.keys }, workKeys))
  } finally {
    working.abort()
    await trouble
  }
  progress.begin('waiting until D1 has everything')
  const isQuiet = await becomesQuiet(subject)
  await subject.stop()
  const verdict = verdictOf(histories, readLedgers(subject.data), readProjections(subject.data))
  const slow = faults.hasStrace
    ? `${faults.slow} spells of a slow disk`
    : 'no slow disk: this machine has no strace'
  return {
    title: 'History',
    notes: [
      `${histories.length} keys; ${tally.made} new agents, ${tally.repeated} repeats, ${tally.refused} refusals, ` +
        `${tally.held} holds, ${tally.changes} changes and reads, ${tally.unanswered} without an answer, ${tally.busy} asked to retry.`,
      `${faults.kills} SIGKILLs; ${slow}. ${operations} operations in ${histories.length} histories.`,
    ],
    checks: [
      atLeast('redemptions answered', answered(), plan.redemptions),
      none('histories without a legal order', illegal),
      none('answers that no rule allows', tally.anomalies),
      none('ledgers that were never quiet', isQuiet ? [] : ['D1 does not have everything']),
      ...verdict,
    ],
  }
}

/** Whatever can happen to a server, one after the other. Resolves when the signal has aborted. */
async function makeTrouble(
  subject: Subject,
  { faultEvery: { least, most } }: HistoryPlan,
  faults: Faults,
  signal: AbortSignal,
): Promise<void> {
  const wait = () => delay(least + Math.random() * (most - least), undefined, { signal }).catch(() => {})
  for (let turn = 0; ; turn++) {
    await wait()
    if (signal.aborted) return
    if (turn % 3 === 2) {
      faults.hasStrace = await subject.slowDisk(
        SLOW_DISK_MS,
        AbortSignal.any([signal, AbortSignal.timeout(SLOW_FOR_MS)]),
      )
      faults.slow++
    } else {
      await subject.crash(turn % 3 === 0 ? 'group' : 'workerd')
      faults.kills++
    }
  }
}

/** The alarms of the ledgers ring within a second or, after failures, minutes. */
async function becomesQuiet(subject: Subject): Promise<boolean> {
  for (const deadline = Date.now() + QUIET_DEADLINE_MS; Date.now() < deadline; ) {
    await delay(QUIET_MS)
    const waiting = await subject.pause(() =>
      readLedgers(subject.data).filter((ledger) => ledger.waiting > 0),
    )
    if (waiting.length === 0) return true
  }
  return false
}
