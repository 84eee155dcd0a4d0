/** The Worker: answers requests, and exports the objects. */
import { appOf, formatEvent, type Instance, instanceOf, jobRowsOf, portsOf } from './compose.ts'
import { createCore } from './core/core.ts'
import { tasks } from './core/deployment/housekeeping/tasks.ts'
import { advance } from './core/jobs/advance.ts'
import { createDeliveries, type Pump } from './core/webhooks/deliver.ts'
import type { Env } from './env.ts'
import { HousekeeperObject } from './stores/durable/housekeeper.ts'
import { IssuerKeysObject } from './stores/durable/issuer-keys.ts'
import { JobRunnerObject } from './stores/durable/job-runner.ts'
import { WebhookDelivererObject } from './stores/durable/webhook-deliverer.ts'
import { createOutbound } from './stores/outbound/outbound.ts'

export { FeedObject as Feed } from './stores/durable/feed.ts'
export { DeviceInbox } from './stores/durable/inbox/device-inbox.ts'
export { Ledger } from './stores/durable/ledger/ledger.ts'

export class Housekeeper extends HousekeeperObject<Env> {
  protected override tasks = () => tasks(portsOf(this.env))
}

export class IssuerKeys extends IssuerKeysObject<Env> {
  protected override outbound = createOutbound(this.env.EGRESS)
}

export class JobRunner extends JobRunnerObject<Env> {
  readonly #ports = portsOf(this.env)
  readonly #rowsOf = jobRowsOf(createCore(this.#ports))
  protected override advance = (organization: number) => advance(this.#ports, this.#rowsOf, organization)
}

export class WebhookDeliverer extends WebhookDelivererObject<Env> {
  protected override deliveries(pump: Pump) {
    return createDeliveries(portsOf(this.env), formatEvent, pump)
  }
}

/** One instance an isolate: its settings cannot change while it lives. */
let isolate: { readonly env: Env; readonly instance: Instance } | null = null

const app = appOf((env: Env) => {
  if (isolate?.env !== env) isolate = { env, instance: instanceOf(env) }
  return isolate.instance
})

export default { fetch: app } satisfies ExportedHandler<Env>
