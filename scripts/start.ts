import './lib/cli/compile-cache.ts'
import { relative } from 'node:path'
import { command } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'

const HELP = `Runs Latchkey on this machine until SIGTERM, SIGINT or SIGHUP.

  ${commandLine('start')}

Its settings are variables of the environment: docs/reference/configuration.md of the project has them all.`

// Asked to stop before it was ready: it stopped, and that is no failure.
await command({ help: HELP, stopsAs: 'success' }, async ({ signal }) => {
  // Imported here, so that the cache has them: to compile them takes half of a start.
  const [{ readSettings }, { startServer }, { warningsOf }, { makeConsoleLink }, credentials] =
    await Promise.all([
      import('./lib/server/settings.ts'),
      import('./lib/server/server.ts'),
      import('./lib/cli/warnings.ts'),
      import('./lib/server/console-link.ts'),
      import('./lib/state/credentials.ts'),
    ])
  const settings = readSettings(process.env)
  // For a person, who would wait for a second without a word.
  if (process.stderr.isTTY) console.error(`latchkey: starting on ${relative('.', settings.data) || '.'}`)
  const server = await startServer(settings, signal)
  for (const warning of warningsOf(settings, server.url)) console.error(`latchkey: warning: ${warning}`)
  console.log(`Latchkey ready on ${server.url}`)
  if (server.issuer !== server.url) console.log(`Issuer of its tokens: ${server.issuer}`)
  console.log(
    `Credentials of the demo organization: ${relative('.', credentials.credentialsPath(settings.data))}`,
  )
  // To a person only: what goes to a file or a journal is read by others, and later.
  if (process.stdout.isTTY) {
    const link = await makeConsoleLink(server, credentials.readCredentials(settings.data))
    console.log(`Console: ${link ? `${link} (once, within five minutes)` : `${server.issuer}/console`}`)
  }
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
