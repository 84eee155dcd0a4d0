import type { ApiClientStore } from './access/api-clients/port.ts'
import type { ApiKeyStore } from './access/api-keys/port.ts'
import type { GuessedKeys } from './access/limits/guessed-keys.ts'
import type { FailureGuard, Limits } from './access/limits/port.ts'
import type { OrganizationStore } from './access/organizations/port.ts'
import type { CredentialStore } from './access/port.ts'
import type { PrincipalStore } from './access/principals/port.ts'
import type { RestrictionStore } from './access/restrictions/port.ts'
import type { RoleStore } from './access/roles/port.ts'
import type { SessionStore } from './access/sessions/port.ts'
import type { SettingsStore } from './access/settings/port.ts'
import type { PasswordGuard } from './access/users/password-guard.ts'
import type { UserStore } from './access/users/port.ts'
import type { DialectRules } from './deployment/dialect-rules.ts'
import type { Housekeeper, Retention, TermIndex } from './deployment/housekeeping/port.ts'
import type { ReadMetrics } from './deployment/metrics/metrics.ts'
import type { DeploymentStore, RingStore } from './deployment/port.ts'
import type { StorageProbe } from './deployment/service/storage-probe.ts'
import type { DeviceGuard } from './devices/device-guard.ts'
import type { DeviceKeys } from './devices/device-keys.ts'
import type { Inboxes, KeyPairList } from './devices/key-pairs/port.ts'
import type { DeviceStore } from './devices/port.ts'
import type { Identities } from './enrollment/identity/port.ts'
import type { LedgerDirectory } from './enrollment/ledger/directory.ts'
import type { Ledgers } from './enrollment/ledger/port.ts'
import type { RefusalGuard } from './enrollment/redemption/refusal-guard.ts'
import type { EventFeeds } from './events/feeds.ts'
import type { EventStore } from './events/port.ts'
import type { Pki } from './issuers/pki.ts'
import type { IssuerStore } from './issuers/port.ts'
import type { JobRunner, JobStore, PageStore } from './jobs/port.ts'
import type { Keyring } from './kernel/keyring.ts'
import type { LabelStore } from './labels/port.ts'
import type { Outbound } from './outbound/port.ts'
import type { Feed } from './overview/feed.ts'
import type { OverviewStore } from './overview/port.ts'
import type { Catalogue } from './search/catalogue.ts'
import type { List } from './search/list.ts'
import type { LookUp, Search } from './search/search.ts'
import type { WebhookDeliverer, WebhookStore } from './webhooks/port.ts'

/** What the core needs of the world. Stores implement it; the composition root hands it in, with the dialects' rules. */
export type Ports = DialectRules & {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Lets others have the thread for that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** A new random UUID (RFC 9562, version 4). */
  readonly uuid: () => string
  /** Does work that may take long, and that no request waits for, when its turn among the requests comes. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** That many cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>
  /** As of now, from memory: see stores/keyring/ring-keeper.ts. */
  readonly keyring: () => Promise<Keyring>
  readonly ring: RingStore
  readonly deployment: DeploymentStore
  readonly ledgers: Ledgers
  readonly ledgerDirectory: LedgerDirectory
  readonly catalogue: Catalogue
  readonly organizations: OrganizationStore
  readonly credentials: CredentialStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly settings: SettingsStore
  readonly principals: PrincipalStore
  readonly apiKeys: ApiKeyStore
  readonly restrictions: RestrictionStore
  readonly labels: LabelStore
  readonly events: EventStore
  readonly feeds: EventFeeds
  readonly jobs: JobStore
  readonly jobRunner: JobRunner
  readonly pages: PageStore
  readonly inboxes: Inboxes
  readonly keyPairs: KeyPairList
  readonly roleStore: RoleStore
  readonly devices: DeviceStore
  readonly deviceKeys: DeviceKeys
  readonly deviceGuard: DeviceGuard
  readonly search: Search
  readonly list: List
  readonly lookUp: LookUp
  readonly overview: OverviewStore
  readonly feed: Feed
  readonly issuers: IssuerStore
  readonly apiClients: ApiClientStore
  readonly pki: Pki
  /** Whether a client signed that JWT (RFC 7523) with the private key of that public one (SPKI, PEM). */
  readonly verifyAssertion: (
    assertion: string,
    publicKey: string,
    about: { readonly clientId: string; readonly audiences: readonly string[]; readonly now: number },
  ) => Promise<boolean>
  readonly retention: Retention
  readonly termIndex: TermIndex
  readonly housekeeper: Housekeeper
  readonly storage: StorageProbe
  readonly outbound: Outbound
  readonly identities: Identities
  readonly webhooks: WebhookStore
  readonly webhookDeliverer: WebhookDeliverer
  readonly metrics: ReadMetrics
  readonly limits: Limits
  readonly failures: FailureGuard
  readonly passwords: PasswordGuard
  readonly guesses: GuessedKeys
  /** Does what no answer waits for; a failure is logged, and with its isolate it may be lost. */
  readonly background: (work: () => Promise<unknown>) => void
  readonly refusals: RefusalGuard
  /** Of this deployment; never taken from a request. */
  readonly publicUrl: string
  /** null: the routes of bootstrap and maintenance do not exist. */
  readonly bootstrapToken: string | null
  /** null: the routes of the devices' broker do not exist. */
  readonly brokerToken: string | null
  /** null: there are no metrics to read. */
  readonly metricsToken: string | null
}

/** All that a redemption, a refresh and an agent's own calls can reach: neither D1 nor KV. */
export type RedeemPorts = Pick<
  Ports,
  'now' | 'random' | 'keyring' | 'ledgers' | 'refusals' | 'failures' | 'identities' | 'publicUrl'
>
