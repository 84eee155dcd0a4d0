import { relative } from 'node:path'
import { credentialsPath } from './runtime/credentials.ts'
import { exitBecause } from './runtime/refusal.ts'
import { startServer } from './runtime/server.ts'
import { readSettings } from './runtime/settings.ts'
import { onStopSignal } from './runtime/signals.ts'

const stopping = new AbortController()
onStopSignal(() => stopping.abort())

try {
  const settings = readSettings(process.env)
  const server = await startServer(settings, stopping.signal)
  console.log(`Latchkey ready on ${server.url}`)
  console.log(`Credentials of the demo organization: ${relative('.', credentialsPath(settings.data))}`)
  await aborted(stopping.signal)
  await server.stop()
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
