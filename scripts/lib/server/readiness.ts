import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { Refusal } from '../cli/refusal.ts'
import { openFetch } from '../http/fetch-client.ts'

const DEADLINE_MS = 30_000
const INTERVAL_MS = 50

const notReady = z.looseObject({ status: z.literal('not_ready'), reason: z.string().min(1) })

/** Waits until the Worker itself says that it can serve; a Refusal as soon as it says why it cannot. */
export async function waitUntilReady(direct: URL, signal: AbortSignal): Promise<void> {
  const client = openFetch(direct, { timeoutMs: 5_000 })
  const deadline = Date.now() + DEADLINE_MS
  let last = 'no answer'
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    try {
      const { status, text } = await client.ask('GET', '/healthz')
      if (status === 200) return
      // It lacks a setting, a secret or its database, and waiting brings none of them.
      const reason = reasonIn(text)
      if (reason !== null) throw new Refusal(reason)
      last = `${status} ${text.slice(0, 300)}`
    } catch (error) {
      if (error instanceof Refusal) throw error
      last = String(error)
    }
    await delay(INTERVAL_MS)
  }
  throw new Refusal(`not ready after ${DEADLINE_MS / 1000} s; /healthz says: ${last}`)
}

function reasonIn(text: string): string | null {
  try {
    return notReady.parse(JSON.parse(text)).reason
  } catch {
    return null
  }
}
