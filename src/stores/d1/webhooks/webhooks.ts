import type { WebhookStore } from '../../../core/webhooks/port.ts'
import { createEndpointStore } from './endpoints.ts'
import { createQueueStore } from './queue.ts'

export function createWebhookStore(db: D1Database): WebhookStore {
  return { ...createEndpointStore(db), ...createQueueStore(db) }
}
