// Runs the vendors' own clients, unmodified, against a real server (test/conformance/README.md). What this machine
// cannot run is skipped with a line that says why; with --require, or where CI is set, that is a failure.

import { randomBytes } from 'node:crypto'
import { runSuite } from './conformance/run.ts'
import { findSuites, Unavailable } from './conformance/suites.ts'
import { openStage } from './demo/stage.ts'
import { command } from './lib/cli/command.ts'

const HELP = `Runs the vendors' own clients, unmodified, against a server of its own (test/conformance/README.md).

  npm run conformance             all suites
  npm run conformance -- SUITE    only those that are named

  --require   a suite that this machine cannot run is a failure, as it is where CI is set
  --help`

const OPTIONS = { require: { type: 'boolean', default: Boolean(process.env.CI) } } as const

await command(
  { help: HELP, options: OPTIONS, takes: 'some', stopsAs: 'failure' },
  async ({ values: { require: mustRun }, args, signal }) => {
    const suites = findSuites(args)
    const [brokerToken, metricsToken] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
    const stage = openStage({
      LATCHKEY_TLS: 'self-signed',
      LATCHKEY_BROKER_TOKEN: brokerToken,
      LATCHKEY_METRICS_TOKEN: metricsToken,
    })
    const tally = { passed: 0, failed: 0, skipped: 0, missing: 0 }
    try {
      const url = await stage.start()
      for (const suite of suites) {
        console.log(`# ${suite.name}`)
        try {
          const result = await runSuite(suite, { url, data: stage.data, brokerToken, metricsToken, signal })
          tally.passed += result.passed
          tally.failed += result.failed
        } catch (error) {
          if (!(error instanceof Unavailable)) throw error
          const isMissing = mustRun && error.kind === 'required'
          if (isMissing) tally.missing += 1
          tally.skipped += 1
          console.log(`${isMissing ? 'not ok' : 'ok'} - ${suite.name} # SKIP ${error.message}`)
        }
      }
    } finally {
      await stage.clear()
    }
    const { passed, failed, skipped, missing } = tally
    console.log(`conformance: ${passed} passed, ${failed} failed, ${skipped} skipped`)
    if (failed + missing > 0) process.exitCode = 1
  },
)
