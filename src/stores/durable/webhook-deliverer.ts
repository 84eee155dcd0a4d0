import { DurableObject } from 'cloudflare:workers'
import { errorLine, errorName } from '../../core/kernel/log-line.ts'
import type { Deliveries, Pump } from '../../core/webhooks/deliver.ts'
import type { WebhookDeliverer } from '../../core/webhooks/port.ts'

/** The key under which an object keeps which organization it is for. */
const ORGANIZATION = 'organization'
/** When the queue could not be read, it is tried again after this. */
const RETRY_MILLISECONDS = 5_000

/**
 * One object an organization, which delivers its events. The queue is D1's: what an object that ends had on its way is sent
 * again, by the alarm that stays set while there is a receiver.
 */
export abstract class WebhookDelivererObject<Bindings = unknown> extends DurableObject<Bindings> {
  protected abstract deliveries(pump: Pump): Deliveries

  readonly #deliveries = this.deliveries({
    keep: (work) => this.ctx.waitUntil(work),
    soon: (milliseconds) => void this.#arm(milliseconds).catch(() => {}),
    failed: (error) =>
      console.error(errorLine('a webhook could not be delivered', { error: errorName(error) })),
  })

  /** Delivers what is there by now. */
  async wake(organization: number): Promise<void> {
    const { storage } = this.ctx
    if ((await storage.get(ORGANIZATION)) === undefined) await storage.put(ORGANIZATION, organization)
    await this.#pump(organization)
  }

  /** Never throws: the platform drops an alarm that threw seven times. */
  override async alarm(): Promise<void> {
    const organization = await this.ctx.storage.get<number>(ORGANIZATION)
    if (organization !== undefined) await this.#pump(organization)
  }

  async #pump(organization: number): Promise<void> {
    const next = await this.#deliveries.pump(organization).catch((error: unknown) => {
      console.error(errorLine('webhooks could not be read', { error: errorName(error) }))
      return RETRY_MILLISECONDS
    })
    if (next !== null) await this.#arm(next)
  }

  /** Not later than in so many milliseconds. */
  async #arm(milliseconds: number): Promise<void> {
    const { storage } = this.ctx
    const at = Date.now() + milliseconds
    const armed = await storage.getAlarm()
    if (armed === null || armed > at) await storage.setAlarm(at)
  }
}

/** @param namespace absent where single objects are tested */
export function createWebhookDeliverer(
  namespace: DurableObjectNamespace<WebhookDelivererObject> | undefined,
): WebhookDeliverer {
  return {
    async wake(organization) {
      try {
        await namespace?.getByName(String(organization)).wake(organization)
      } catch {
        // Its alarm, or the housekeeper's sweep, comes later.
      }
    },
  }
}
