// Shows on one page what Latchkey promises, on a real server that gets kill -9 twice meanwhile. Exit 1 names what was broken.

import { BrokenPromise } from './demo/broken-promise.ts'
import { openStage } from './demo/stage.ts'
import { play } from './demo/story.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'
import { StartFailed } from './lib/server/server-process.ts'

const WATCHDOG_MS = 55_000

const stage = openStage()
const interrupted = new Promise<never>((_, reject) => {
  onStopSignal(() => reject(new Refusal('stopped; nothing is left behind')))
  setTimeout(() => reject(new BrokenPromise(`not done after ${WATCHDOG_MS / 1000} s`)), WATCHDOG_MS).unref()
})

let exitCode = 0
try {
  await Promise.race([play(stage), interrupted])
  console.log('\nTry it by hand: start a server with npm start, and follow "A first key" in README.md')
} catch (error) {
  exitCode = 1
  const reason = reasonOf(error)
  console.error(reason === null ? error : `\nlatchkey: ${reason}`)
} finally {
  await stage.clear()
}
process.exit(exitCode)

/** The one line for what can be expected; null for the rest, whose stack is wanted. */
function reasonOf(error: unknown): string | null {
  if (error instanceof StartFailed) return error.reason
  return error instanceof BrokenPromise || error instanceof Refusal ? error.message : null
}
