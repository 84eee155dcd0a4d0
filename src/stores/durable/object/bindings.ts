import { NotReady } from '../../../core/kernel/not-ready.ts'
import type { WebhookDelivererObject } from '../webhook-deliverer.ts'
import type { CommitTiming } from './group-commit.ts'

/** What every object needs of the deployment's bindings. */
export type ObjectBindings = {
  readonly DB: D1Database
  readonly LATCHKEY_COMMITS?: string
  /** Absent in tests of single objects. */
  readonly FEEDS?: DurableObjectNamespace
  /** As they. */
  readonly WEBHOOKS?: DurableObjectNamespace<WebhookDelivererObject>
}

const TIMINGS: Readonly<Record<string, CommitTiming>> = { at_once: 'at_once', gathered: 'gathered' }

/** By default as in the embedded runtime. */
export function commitTiming({ LATCHKEY_COMMITS: text = 'gathered' }: ObjectBindings): CommitTiming {
  const timing = TIMINGS[text]
  if (!timing) throw new NotReady(`LATCHKEY_COMMITS must be at_once or gathered, not "${text}"`)
  return timing
}
