// Shows on one page what Latchkey promises, on a real server that is killed twice meanwhile. Exit 1 names what was broken.

import { BrokenPromise } from './demo/broken-promise.ts'
import { NEXT_STEPS } from './demo/next-steps.ts'
import { openStage } from './demo/stage.ts'
import { play } from './demo/story.ts'
import { Refusal } from './runtime/refusal.ts'
import { onStopSignal } from './runtime/signals.ts'

const WATCHDOG_MS = 55_000

const stage = openStage()
const interrupted = new Promise<never>((_, reject) => {
  onStopSignal(() => reject(new Refusal('stopped; nothing is left behind')))
  setTimeout(() => reject(new BrokenPromise(`not done after ${WATCHDOG_MS / 1000} s`)), WATCHDOG_MS).unref()
})

let exitCode = 0
try {
  await Promise.race([play(stage), interrupted])
  console.log(`\n${NEXT_STEPS}`)
} catch (error) {
  exitCode = 1
  const isExpected = error instanceof BrokenPromise || error instanceof Refusal
  console.error(isExpected ? `\nlatchkey: ${error.message}` : error)
} finally {
  await stage.clear()
}
process.exit(exitCode)
