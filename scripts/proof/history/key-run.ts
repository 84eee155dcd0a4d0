/** One key's life under several clients at once, written down for the checker. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Actor, Attempt, Key } from './actor.ts'
import type { Call, Operation } from './operation.ts'

export type Tally = {
  /** Answered redemptions, by answer. */
  made: number
  repeated: number
  refused: number
  /** Uses that were held for claims. */
  held: number
  changes: number
  /** Redemptions, and changes, whose answer was lost. */
  unanswered: number
  busy: number
  readonly anomalies: string[]
}

export type KeyHistory = {
  readonly key: Key
  readonly limit: number | null
  readonly operations: readonly Operation[]
  /** The agents in answers to clients. */
  readonly agents: ReadonlySet<string>
  /** What the key's last reader saw. */
  readonly uses: number
}

export type KeyPlan = {
  readonly actor: Actor
  readonly key: Key
  readonly limit: number | null
  /** It lets uses be held; then nobody lowers its limit, since the order in which holds then go is not seen from outside. */
  readonly isHolding: boolean
  readonly clients: number
  /** New claims in all. */
  readonly claims: number
  /** Resolves while the server serves. */
  readonly up: () => Promise<void>
  readonly tally: Tally
  readonly onRedemption: () => void
}

const ODDS = {
  withoutClaim: 0.02,
  repeat: 0.08,
  dropped: 0.015,
  doubled: 0.02,
  change: 0.06,
  revoke: 0.003,
  hold: 0.5,
}
const LONGEST_PATIENCE_MS = 3
/** After an answer that did not come; and how many of those in a row are too many. */
const PAUSE_MS = 20
const MOST_SILENCE = 1_000

export async function runKey(plan: KeyPlan): Promise<KeyHistory> {
  const { actor, key, tally } = plan
  const operations: Operation[] = []
  const agents = new Map<string, string>()
  const lost: string[] = []
  let [left, isOn, isPaused, silence] = [plan.claims, true, false, 0]

  async function perform(
    call: Call,
    options: Parameters<Actor['attempt']>[2] = {},
  ): Promise<Operation | null> {
    const attempt = await actor.attempt(key, call, options)
    if (attempt.kind === 'again') {
      tally.busy++
      await plan.up()
      return null
    }
    note(attempt)
    const { operation } = attempt
    if (operation.reply === null) {
      tally.unanswered++
      if (++silence > MOST_SILENCE)
        throw new Error('the server has not answered for long, though it was not killed')
      if ('claim' in call && call.claim !== null && call.does !== 'cancel') lost.push(call.claim)
      await plan.up()
      await delay(PAUSE_MS)
    } else silence = 0
    return operation
  }

  function note(attempt: Exclude<Attempt, { kind: 'again' }>): void {
    const { operation } = attempt
    operations.push(operation)
    if (attempt.kind === 'anomaly') tally.anomalies.push(attempt.what)
    const { call, reply } = operation
    if (reply === null) return
    if (!('claim' in call) || reply.kind === 'done') {
      tally.changes++
      return
    }
    if (reply.kind === 'held') {
      tally.held++
      return
    }
    if (reply.kind === 'made' || reply.kind === 'repeated') {
      tally[reply.kind]++
      if (attempt.kind === 'operation')
        agents.set(reply.agent, attempt.accessToken ?? agents.get(reply.agent) ?? '')
    } else tally.refused++
    plan.onRedemption()
  }

  async function redeem(claim: string | null): Promise<void> {
    const call = { does: 'redeem', claim } as const
    const drop = happens(ODDS.dropped) ? { dropAfterMs: Math.random() * LONGEST_PATIENCE_MS } : {}
    if (happens(ODDS.doubled)) await Promise.all([perform(call, drop), perform(call)])
    else await perform(call, drop)
  }

  /** A use is held, and becomes an agent, goes back, or is held still at the end. */
  async function reserve(claim: string): Promise<void> {
    await perform({ does: 'hold', claim })
    const dice = Math.random()
    if (dice < 0.1) return
    if (dice < 0.5) await perform({ does: 'confirm', claim })
    else if (dice < 0.7) await redeem(claim)
    else if (dice < 0.9) await perform({ does: 'cancel', claim })
    else await Promise.all([perform({ does: 'confirm', claim }), perform({ does: 'cancel', claim })])
  }

  async function change(): Promise<void> {
    const [agent, token] = pick([...agents]) ?? []
    const dice = Math.random()
    if (happens(ODDS.revoke)) await perform({ does: 'revoke' })
    else if (plan.isHolding && (isPaused || dice > 0.9)) {
      isPaused = !isPaused
      await perform({ does: 'pause', isPaused })
    } else if (!isOn || dice < 0.15) {
      isOn = !isOn
      await perform({ does: 'switch', on: isOn })
    } else if (dice < 0.35 && !plan.isHolding) await perform({ does: 'limit', max: newLimit(plan.claims) })
    else if (dice < 0.55 && agent && token) await perform({ does: 'leave', agent }, { token })
    else if (dice < 0.7 && agent) await perform({ does: 'revoke_agent', agent, andKey: 'keep' })
    else if (dice < 0.72 && agent) {
      isOn = false
      await perform({ does: 'revoke_agent', agent, andKey: 'disable' })
    } else await perform({ does: 'read' })
  }

  async function client(): Promise<void> {
    const own: string[] = []
    while (left > 0) {
      const dice = Math.random()
      const owed = lost.pop()
      if (owed !== undefined) await redeem(owed)
      else if (dice < ODDS.change) await change()
      else if (dice < ODDS.change + ODDS.repeat) await redeem(pick(own) ?? null)
      else {
        left--
        const claim = happens(ODDS.withoutClaim) ? null : randomBytes(18).toString('base64url')
        if (claim !== null) own.push(claim)
        if (claim !== null && plan.isHolding && happens(ODDS.hold)) await reserve(claim)
        else await redeem(claim)
      }
    }
  }

  await Promise.all(Array.from({ length: plan.clients }, client))
  // A client that lost an answer repeats until there is one.
  for (let claim = lost.pop(); claim !== undefined; claim = lost.pop())
    await perform({ does: 'redeem', claim })
  for (;;) {
    const last = await perform({ does: 'read' })
    if (last?.reply?.kind !== 'seen') continue
    return { key, limit: plan.limit, operations, agents: new Set(agents.keys()), uses: last.reply.key.uses }
  }
}

/** Unlimited, scarce or ample. */
export function newLimit(claims: number): number | null {
  const dice = Math.random()
  if (dice < 0.45) return null
  return dice < 0.6 ? 1 + Math.floor(Math.random() * 10) : 1 + Math.floor(Math.random() * claims * 1.5)
}

function happens(odds: number): boolean {
  return Math.random() < odds
}

function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)]
}
