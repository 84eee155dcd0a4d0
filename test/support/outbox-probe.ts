import { env } from 'cloudflare:workers'
import { inboxOutbox } from '../../src/stores/durable/inbox/outbox.ts'
import { OutboxRelay } from '../../src/stores/durable/object/outbox-relay.ts'

/** A D1 that answers nothing. */
const DOWN = new Proxy({} as D1Database, {
  get: () => () => {
    throw new Error('D1 is down')
  },
})

/** A courier of an inbox's own rows, over D1 or over one that is down. */
export function createCourierProbe(
  storage: DurableObjectStorage,
  accessKey: string,
  d1: 'up' | 'down' = 'up',
): OutboxRelay {
  const courier = new OutboxRelay()
  courier.open(inboxOutbox(storage, d1 === 'up' ? env.DB : DOWN, accessKey))
  return courier
}
