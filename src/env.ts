import type { HousekeeperObject } from './stores/durable/housekeeper.ts'
import type { DeviceInbox } from './stores/durable/inbox/device-inbox.ts'
import type { IssuerKeysObject } from './stores/durable/issuer-keys.ts'
import type { JobRunnerObject } from './stores/durable/job-runner.ts'
import type { Ledger } from './stores/durable/ledger/ledger.ts'
import type { WebhookDelivererObject } from './stores/durable/webhook-deliverer.ts'
import type { LimitBindings } from './stores/limits/bindings.ts'

/** What wrangler.toml binds, and the settings and secrets of a deployment (docs/reference/configuration.md). */
export type Env = LimitBindings & {
  readonly DB: D1Database
  /** Results of background jobs: nothing that is counted, revoked or secret. */
  readonly PAGES: KVNamespace
  readonly LEDGERS: DurableObjectNamespace<Ledger>
  readonly INBOXES: DurableObjectNamespace<DeviceInbox>
  readonly HOUSEKEEPER: DurableObjectNamespace<HousekeeperObject>
  readonly JOB_RUNNERS: DurableObjectNamespace<JobRunnerObject>
  readonly WEBHOOKS: DurableObjectNamespace<WebhookDelivererObject>
  /** What pages of the console watch; in memory only. */
  readonly FEEDS: DurableObjectNamespace
  /** One object an issuer of identities. */
  readonly ISSUER_KEYS: DurableObjectNamespace<IssuerKeysObject<unknown>>
  /** The embedded runtime's guarded network; on Cloudflare there is none, and global fetch is used. */
  readonly EGRESS?: Fetcher
  /** 32 bytes, base64. It only wraps the keyring. */
  readonly LATCHKEY_MASTER_KEY?: string
  /** As it, while it is about to take its place (`npm run rotate -- master`). */
  readonly LATCHKEY_MASTER_KEY_NEXT?: string
  /** At least 32 bytes; while it is set, and only then, the routes of bootstrap and maintenance exist. */
  readonly LATCHKEY_BOOTSTRAP_TOKEN?: string
  /** At least 32 bytes, which the devices' MQTT broker says; without it there are no routes for one. */
  readonly LATCHKEY_BROKER_TOKEN?: string
  /** At least 32 bytes, which a scraper says; without it there is no `/metrics`. */
  readonly LATCHKEY_METRICS_TOKEN?: string
  readonly LATCHKEY_PUBLIC_URL?: string
  /** `cloudflare` | `header:<name>` | `none` */
  readonly LATCHKEY_CLIENT_ADDRESS?: string
  /** How many requests that may take long an isolate works at at once (http/lane.ts). */
  readonly LATCHKEY_PARALLEL_REQUESTS?: string
  /** `at_once` | `gathered`: when objects commit (stores/durable/object/group-commit.ts). */
  readonly LATCHKEY_COMMITS?: string
  /** `off` for tests. */
  readonly LATCHKEY_RATE_LIMITS?: string
}
