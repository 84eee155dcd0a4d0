import type { Ports } from '../ports.ts'

/** What devices wrote, and instructions to them, are kept for so long. */
export const DEVICE_MESSAGE_SECONDS = 30 * 86_400

/** Of the oldest, at most some. Returns how many it deleted. */
export function forgetOldMessages(ports: Ports, now: number, atMost: number): Promise<number> {
  return ports.devices.forgetBefore(now - DEVICE_MESSAGE_SECONDS * 1_000, atMost)
}
