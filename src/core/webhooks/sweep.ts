import type { Ports } from '../ports.ts'
import { DELIVERY_SECONDS } from './port.ts'

/** Wakes each deliverer that has a receiver, should its alarm have been lost. */
export async function wakeDeliverers(ports: Ports): Promise<void> {
  for (const organization of await ports.webhooks.organizations()) {
    await ports.webhookDeliverer.wake(organization)
  }
}

/** Of what was attempted, and of what waits for endpoints that are gone, at most some. Returns how much it deleted. */
export function forgetDeliveries(ports: Ports, now: number, atMost: number): Promise<number> {
  return ports.webhooks.purge(now - DELIVERY_SECONDS * 1_000, atMost)
}
