import { relative } from 'node:path'
import { exitBecause, Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'
import { warningsOf } from './lib/cli/warnings.ts'
import { startServer } from './lib/server/server.ts'
import { readSettings } from './lib/server/settings.ts'
import { credentialsPath } from './lib/state/credentials.ts'

const stopping = new AbortController()
onStopSignal(() => stopping.abort())

try {
  const settings = readSettings(process.env)
  const server = await startServer(settings, stopping.signal)
  for (const warning of warningsOf(settings, server.url)) console.error(`latchkey: warning: ${warning}`)
  console.log(`Latchkey ready on ${server.url}`)
  if (server.issuer !== server.url) console.log(`Issuer of its tokens: ${server.issuer}`)
  console.log(`Credentials of the demo organization: ${relative('.', credentialsPath(settings.data))}`)
  await Promise.race([aborted(stopping.signal), server.lost])
  await server.stop()
  // A runner without a runtime would look alive to whoever watches over it.
  if (!stopping.signal.aborted) {
    throw new Refusal('the Workers runtime crashed and cannot be started again')
  }
} catch (error) {
  // Asked to stop before it was ready: it stopped, and that is no failure.
  if (!stopping.signal.aborted) exitBecause(error)
}
process.exit(0)

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
