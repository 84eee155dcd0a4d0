import { relative } from 'node:path'
import { command } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { warningsOf } from './lib/cli/warnings.ts'
import { startServer } from './lib/server/server.ts'
import { readSettings } from './lib/server/settings.ts'
import { credentialsPath } from './lib/state/credentials.ts'

const HELP = `Runs Latchkey on this machine until SIGTERM, SIGINT or SIGHUP.

  ${commandLine('start')}

Its settings are variables of the environment: docs/reference/configuration.md of the project has them all.`

// Asked to stop before it was ready: it stopped, and that is no failure.
await command({ help: HELP, stopsAs: 'success' }, async ({ signal }) => {
  const settings = readSettings(process.env)
  const server = await startServer(settings, signal)
  for (const warning of warningsOf(settings, server.url)) console.error(`latchkey: warning: ${warning}`)
  console.log(`Latchkey ready on ${server.url}`)
  if (server.issuer !== server.url) console.log(`Issuer of its tokens: ${server.issuer}`)
  console.log(`Credentials of the demo organization: ${relative('.', credentialsPath(settings.data))}`)
  await Promise.race([aborted(signal), server.lost])
  await server.stop()
  // A runner without a runtime would look alive to a process manager.
  if (!signal.aborted) throw new Refusal('the Workers runtime crashed and cannot be started again')
})

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
