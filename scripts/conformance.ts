// Runs the vendors' own clients, unmodified, against a real server (test/conformance/README.md). What this machine
// cannot run is skipped with a line that says why; with --require, or where CI is set, that is a failure.

import { randomBytes } from 'node:crypto'
import { runSuite } from './conformance/run.ts'
import { findSuites, Unavailable } from './conformance/suites.ts'
import { openStage } from './demo/stage.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'

const mustRun = process.argv.includes('--require') || Boolean(process.env.CI)
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

const brokerToken = randomBytes(32).toString('hex')
const stage = openStage({ LATCHKEY_TLS: 'self-signed', LATCHKEY_BROKER_TOKEN: brokerToken })
const stopping = new AbortController()
onStopSignal(() => stopping.abort(new Refusal('stopped; nothing is left behind')))

let passed = 0
let failed = 0
let skipped = 0
try {
  const url = await stage.start()
  for (const suite of findSuites(wanted)) {
    console.log(`# ${suite.name}`)
    try {
      const result = await runSuite(suite, { url, data: stage.data, brokerToken, signal: stopping.signal })
      passed += result.passed
      failed += result.failed
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      skipped += 1
      console.log(`${mustRun ? 'not ok' : 'ok'} - ${suite.name} # SKIP ${error.message}`)
    }
  }
  console.log(`conformance: ${passed} passed, ${failed} failed, ${skipped} skipped`)
} catch (error) {
  failed += 1
  console.error(error instanceof Refusal ? `latchkey: ${error.message}` : error)
} finally {
  await stage.clear()
}
process.exit(failed > 0 || (mustRun && skipped > 0) ? 1 : 0)
