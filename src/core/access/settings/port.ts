import type { AuditEvent } from '../../events/event.ts'
import type { JsonObject } from '../../kernel/json.ts'

/** What an organization may set. */
export type Settings = {
  /** The life of a new key of a service account that asks for the default; null: unlimited. */
  readonly apiKeySeconds: number | null
  /** How long an expired key stays listed. */
  readonly expiredApiKeySeconds: number
  /** How long an audit event is kept. */
  readonly eventSeconds: number
  /** The dialects' own members, which the core stores and does not read. A change keeps those that it does not name. */
  readonly attributes: JsonObject
}

const DAY_SECONDS = 86_400

/** docs/dialects/illumio.md#settings */
export const DEFAULT_SETTINGS: Settings = {
  apiKeySeconds: 90 * DAY_SECONDS,
  expiredApiKeySeconds: 90 * DAY_SECONDS,
  eventSeconds: 30 * DAY_SECONDS,
  attributes: {},
}

export type SettingsStore = {
  get(organization: number): Promise<Settings>
  /** One D1 transaction with its event. */
  change(organization: number, change: Partial<Settings>, event: AuditEvent): Promise<void>
}
