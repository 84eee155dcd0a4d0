import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from './refusal.ts'

const DEADLINE_MS = 30_000
const INTERVAL_MS = 50

/** Waits until the Worker itself says that it can serve. */
export async function waitUntilReady(direct: URL, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  let last = 'no answer'
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    try {
      const response = await fetch(new URL('/healthz', direct), { signal: AbortSignal.timeout(5_000) })
      const text = await response.text()
      if (response.ok) return
      last = `${response.status} ${text.slice(0, 300)}`
    } catch (error) {
      last = String(error)
    }
    await delay(INTERVAL_MS)
  }
  throw new Refusal(`not ready after ${DEADLINE_MS / 1000} s; /healthz says: ${last}`)
}
