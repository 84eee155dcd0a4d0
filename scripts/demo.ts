// Shows on one page what Latchkey promises, on a real server that gets kill -9 twice meanwhile. Exit 1 names what was broken.

import { BrokenPromise } from './demo/broken-promise.ts'
import { openStage } from './demo/stage.ts'
import { play } from './demo/story.ts'
import { command } from './lib/cli/command.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { StartFailed } from './lib/server/server-process.ts'

const HELP = `Shows on one page what Latchkey promises, on a server of its own that gets kill -9 twice meanwhile.

  npm run demo

It takes about 10 seconds and leaves nothing behind.`

const WATCHDOG_MS = 55_000

await command({ help: HELP, stopsAs: 'failure' }, async ({ signal }) => {
  const stage = openStage()
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    const late = () => reject(new BrokenPromise(`not done after ${WATCHDOG_MS / 1000} s`))
    setTimeout(late, WATCHDOG_MS).unref()
  })
  try {
    await Promise.race([play(stage), interrupted])
  } catch (error) {
    throw error instanceof StartFailed ? new Refusal(error.reason) : error
  } finally {
    await stage.clear()
  }
  console.log('\nTry it by hand: start a server with npm start, and follow "A first key" in README.md')
})
