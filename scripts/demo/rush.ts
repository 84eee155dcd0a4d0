import type { Client } from '../lib/http/agent-client.ts'
import { type Machine, type Redemption, redeem } from './fleet.ts'
import type { Progress, Tally } from './progress.ts'

export type Rush = {
  readonly redemptions: ReadonlyMap<Machine, Redemption>
  readonly retries: number
}

/**
 * All machines redeem one code at once. At each of the given numbers of answers the server crashes, in the midst of
 * the others' requests; where a crash is under way, after that.
 */
export async function runRush(request: {
  readonly client: Client
  readonly code: string
  readonly machines: readonly Machine[]
  readonly crashAt: readonly number[]
  readonly crash: () => Promise<void>
  readonly progress: Progress
}): Promise<Rush> {
  const { client, code, machines, crashAt, crash, progress } = request
  const tally: Tally = { answered: 0, enrolled: 0, refused: 0, retries: 0, note: '' }
  const redemptions = new Map<Machine, Redemption>()
  const show = (change: Partial<Tally>) => progress.show(Object.assign(tally, change))
  let up: Promise<void> = Promise.resolve()
  const crashNow = async () => {
    const killed = crash()
    show({ note: '(kill -9; starting again)' })
    await killed
    show({ note: '' })
  }
  // Who lost the connection comes again when the server is back: all of them, in the midst of each other's requests.
  const onRetry = () => {
    show({ retries: tally.retries + 1 })
    return up
  }
  const run = async (machine: Machine) => {
    const redemption = await redeem(client, code, machine, { onRetry })
    redemptions.set(machine, redemption)
    const isEnrolled = redemption.kind === 'enrolled'
    show({
      answered: tally.answered + 1,
      enrolled: tally.enrolled + (isEnrolled ? 1 : 0),
      refused: tally.refused + (isEnrolled ? 0 : 1),
    })
    // One after the other: two starts at once would race for one state.
    if (crashAt.includes(tally.answered)) {
      up = up.then(crashNow)
      // A waiting caller gets the failure; without one yet it must not end the process.
      up.catch(() => {})
    }
  }
  try {
    await Promise.all(machines.map(run))
    await up
  } finally {
    progress.end()
  }
  return { redemptions, retries: tally.retries }
}
