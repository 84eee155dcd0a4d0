/** When a silent machine counts as not online (docs/dialects/illumio.md#settings). Pure. */
import * as z from 'zod'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { DISCONNECTED_TIMEOUT_SECONDS } from '../edge/constants.ts'

const Seconds = z.int().catch(DISCONNECTED_TIMEOUT_SECONDS)
const Stored = z.object({
  disconnected_timeout_server: Seconds,
  disconnected_timeout_endpoint: Seconds,
})

/** Of each type of VEN, in seconds since its last sign of life; -1: never. */
export type Timeouts = { readonly server: number; readonly endpoint: number }

/** @param attributes the organization's */
export function timeoutsOf(attributes: JsonObject): Timeouts {
  const stored = Stored.parse(attributes)
  return { server: stored.disconnected_timeout_server, endpoint: stored.disconnected_timeout_endpoint }
}

/** The same as an organization's settings keep it: what is absent stays as it is. */
export function storedTimeouts({ server, endpoint }: Partial<Timeouts>): Partial<z.output<typeof Stored>> {
  return {
    ...(server !== undefined && { disconnected_timeout_server: server }),
    ...(endpoint !== undefined && { disconnected_timeout_endpoint: endpoint }),
  }
}

/** The last instant at which one was seen that does not count as online now, in Unix milliseconds. */
export function offlineSince(seconds: number, now: number): number {
  return seconds < 0 ? -1 : now - seconds * 1_000
}
