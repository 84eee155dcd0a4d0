/** Many machines that hold few uses, and none that confirms: what they held lapses, and then exactly so many enroll. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Check, exactly, none } from '../report.ts'
import { agentIn, type HoldScene, insist, newKey, readKey } from './scene.ts'

export type CrowdPlan = {
  readonly holders: number
  readonly uses: number
  readonly holdSeconds: number
  readonly connections: number
}

/** A reader that never waits takes time from the holders that it watches. */
const READ_EVERY_MS = 10

export type CrowdResult = {
  readonly held: number
  /** Uses and holds that a reader saw at a time. */
  readonly most: number
  readonly reads: number
  readonly checks: readonly Check[]
}

/**
 * @param trouble is over when the server is killed no more
 * @param lapse kills it once more, and lets all holds lapse
 */
export async function runCrowd(
  { holders, uses, holdSeconds, connections }: CrowdPlan,
  scene: HoldScene,
  trouble: Promise<unknown>,
  lapse: () => Promise<void>,
  signal: AbortSignal,
): Promise<CrowdResult> {
  const key = await newKey(scene, { max_uses: uses, hold: 'allowed' }, signal)
  const claims = Array.from({ length: holders }, () => randomBytes(18).toString('base64url'))
  const [holdAnswers, enrollAnswers] = [new Map<number, number>(), new Map<number, number>()]
  const agents = new Set<string>()
  let [isOver, isTroubled, most, reads] = [false, true, 0, 0]
  void trouble.then(() => {
    isTroubled = false
  })

  async function each(work: (claim: string) => Promise<void>): Promise<void> {
    let next = 0
    const worker = async () => {
      for (let claim = claims[next++]; claim !== undefined; claim = claims[next++]) await work(claim)
    }
    await Promise.all(Array.from({ length: connections }, worker))
  }
  const ask = (claim: string, more: object) =>
    insist(scene, { method: 'POST', path: '/v1/enroll', json: { code: key.code, claim, ...more } }, signal)

  async function watch(): Promise<void> {
    while (!isOver) {
      const { uses: used, held } = await readKey(scene, key.id, signal)
      most = Math.max(most, used + held)
      reads++
      await delay(READ_EVERY_MS)
    }
  }

  const watching = watch()
  do {
    await each(async (claim) => count(holdAnswers, (await ask(claim, { hold: holdSeconds })).status))
  } while (isTroubled)
  await lapse()
  await each(async (claim) => {
    const answer = await ask(claim, {})
    count(enrollAnswers, answer.status)
    if (answer.status < 300) agents.add(agentIn(answer))
  })
  const last = await readKey(scene, key.id, signal)
  isOver = true
  await watching
  return {
    held: holdAnswers.get(202) ?? 0,
    most,
    reads,
    checks: [
      none('answers to holders that no rule allows', strange(holdAnswers, [202, 401])),
      exactly('uses and holds beyond the limit, by any reader', Math.max(0, most - uses), 0),
      none('answers to machines that no rule allows', strange(enrollAnswers, [201, 200, 401])),
      exactly('machines that enroll after all holds lapsed', agents.size, uses),
      exactly('uses of that key', last.uses, uses),
      exactly('holds of that key', last.held, 0),
    ],
  }
}

function count(answers: Map<number, number>, status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1)
}

function strange(answers: ReadonlyMap<number, number>, known: readonly number[]): string[] {
  return [...answers].filter(([status]) => !known.includes(status)).map(([status, n]) => `${n} × ${status}`)
}
