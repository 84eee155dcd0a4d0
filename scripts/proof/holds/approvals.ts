/** Machines that poll until an operator decides, operators who decide at once and against each other, and one who pauses. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { atLeast, type Check, exactly, none } from '../report.ts'
import { agentIn, type HoldScene, insist, newKey, readKey } from './scene.ts'

export type ApprovalsPlan = {
  readonly machines: number
  /** Fewer than the machines: some are let in never. */
  readonly uses: number
  readonly approvers: number
}

const POLL_MS = 60
const MOST_MS = 120_000

type Verb = 'approve' | 'deny'

const waiting = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      key_id: z.string(),
      status: z.string(),
      claimed: z.object({ hostname: z.string().nullable() }),
    }),
  ),
})

export async function runApprovals(
  plan: ApprovalsPlan,
  scene: HoldScene,
  signal: AbortSignal,
): Promise<{ readonly notes: string; readonly checks: readonly Check[] }> {
  const approval = { expires_seconds: 3_600, max_pending: 100, approve_by: 'automation' }
  const key = await newKey(scene, { max_uses: plan.uses, approval }, signal)
  const { headers } = scene
  const agents = new Map<string, Set<string>>()
  /** What was asked for, by the machine's name, and what was answered with 200. */
  const tried = new Map<string, Set<Verb>>()
  const decided = new Map<string, Set<Verb>>()
  const anomalies: string[] = []
  const deadline = Date.now() + MOST_MS
  const has = (of: ReadonlyMap<string, ReadonlySet<Verb>>, name: string, verb: Verb) =>
    of.get(name)?.has(verb) ?? false
  let [polls, pauses, isEnded] = [0, 0, false]

  const isOver = () => isEnded || agents.size === plan.uses || Date.now() > deadline
  const enroll = (claim: string, hostname: string) => {
    const json = { code: key.code, claim, hostname }
    return insist(scene, { method: 'POST', path: '/v1/enroll', json }, signal)
  }

  /** Asks until it is let in or denied, or no use is left; then once more. */
  async function machine(name: string): Promise<void> {
    const claim = randomBytes(18).toString('base64url')
    for (; !isOver(); await delay(POLL_MS)) {
      const answer = await enroll(claim, name)
      polls++
      if (answer.status === 201 || answer.status === 200) add(agents, name, agentIn(answer))
      else if (answer.status !== 202 && answer.status !== 401) anomalies.push(`a poll: ${answer.status}`)
      if (agents.has(name) || has(decided, name, 'deny')) break
    }
    const again = await enroll(claim, name)
    if (again.status < 300 && again.status !== 202) add(agents, name, agentIn(again))
    if (agents.has(name) && again.status !== 200 && again.status !== 201)
      anomalies.push(`an agent’s claim was answered ${again.status}`)
    if (has(decided, name, 'deny') && again.status !== 401)
      anomalies.push(`a denied claim was answered ${again.status}`)
  }

  /** Decides by chance, whatever another one decides at this moment. */
  async function approver(): Promise<void> {
    for (; !isOver(); await delay(POLL_MS)) {
      const { text } = await insist(scene, { method: 'GET', path: '/v1/approvals?limit=50', headers }, signal)
      for (const { id, key_id, status, claimed } of waiting.parse(JSON.parse(text)).items) {
        if (key_id !== key.id || status !== 'pending') continue
        const verb = Math.random() < 0.5 ? 'approve' : 'deny'
        const name = claimed.hostname ?? ''
        add(tried, name, verb)
        const path = `/v1/approvals/${id}/${verb}`
        const answer = await insist(scene, { method: 'POST', path, headers }, signal)
        if (answer.status === 200) add(decided, name, verb)
        else if (answer.status !== 409 && answer.status !== 404)
          anomalies.push(`${verb} was answered ${answer.status}: ${answer.text}`)
      }
    }
  }

  /** While the key is paused no claim that is new waits. */
  async function pauser(): Promise<void> {
    const post = (verb: string) =>
      insist(scene, { method: 'POST', path: `/v1/keys/${key.id}/${verb}`, headers }, signal)
    for (; !isOver(); await delay(POLL_MS * 4)) {
      await post('pause')
      const { status } = await enroll(randomBytes(18).toString('base64url'), 'while it is paused')
      if (status !== 401) anomalies.push(`a new claim at a paused key was answered ${status}`)
      await post('resume')
      pauses++
    }
  }

  const names = Array.from({ length: plan.machines }, (_, i) => `machine-${i}`)
  const operators = [...Array.from({ length: plan.approvers }, approver), pauser()]
  await Promise.all(names.map(machine))
  isEnded = true
  await Promise.all(operators)
  const { uses, held } = await readKey(scene, key.id, signal)
  const all = [...agents].flatMap(([name, ids]) => [...ids].map((id) => ({ name, id })))
  const both = names.filter((name) => has(decided, name, 'approve') && has(decided, name, 'deny'))
  const count = (verb: Verb) => names.filter((name) => has(decided, name, verb)).length
  return {
    notes:
      `${plan.machines} machines polled ${polls} times: ${count('approve')} claims approved, ${count('deny')} denied, ` +
      `${all.length} agents; ${pauses} pauses.`,
    checks: [
      none('answers about approvals that no rule allows', anomalies),
      atLeast('claims that were decided on', decided.size, 1),
      none('claims that were approved and denied', both),
      none(
        'agents of claims that were denied',
        all.filter(({ name }) => has(decided, name, 'deny')).map(({ name }) => name),
      ),
      none(
        'agents that no operator approved',
        all.filter(({ name }) => !has(tried, name, 'approve')).map(({ name }) => name),
      ),
      none(
        'approved claims with two agents',
        [...agents].filter(([, ids]) => ids.size > 1).map(([name]) => name),
      ),
      exactly('uses of the key that needs approval', uses, all.length),
      exactly('uses and holds beyond its limit', Math.max(0, uses + held - plan.uses), 0),
    ],
  }
}

function add<T>(to: Map<string, Set<T>>, name: string, value: T): void {
  to.set(name, (to.get(name) ?? new Set()).add(value))
}
