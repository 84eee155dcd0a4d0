import { operatorCase } from '../access/cases/operator-case.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import { eventOf, find, isDisabled, messageId } from './manage.ts'
import type { Delivery } from './port.ts'

/** What was attempted in the last days, newest first. @param before of a smaller `seq` */
export const listDeliveries = operatorCase(
  'settings.write',
  async (
    ports,
    operation,
    id: string,
    before: number | null,
    limit: number,
  ): Promise<Outcome<readonly Delivery[]>> => {
    const found = await find(ports, operation, id)
    return found.ok ? ok(await ports.webhooks.deliveries(id, before, limit)) : found
  },
)

/** Sends the message again. @returns the id, which stays the same */
export const replayDelivery = operatorCase(
  'settings.write',
  async (ports, operation, id: string, seq: number): Promise<Outcome<string>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    if (!found.value.isEnabled) return isDisabled()
    const delivery = await ports.webhooks.delivery(id, seq)
    if (!delivery) return notFound('delivery')
    await ports.webhooks.replay(
      found.value,
      delivery,
      eventOf('webhook.replay', operation, found.value, ports.now(), { seq, event: delivery.eventId }),
    )
    await ports.webhookDeliverer.wake(found.value.organization)
    return ok(messageId(delivery.eventId))
  },
)
