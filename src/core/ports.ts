import type { FailureGuard } from './access/failure-guard.ts'
import type { Limits } from './access/limits.ts'
import type { RoleTable } from './access/permission.ts'
import type { CredentialStore } from './access/port.ts'
import type { Catalogue } from './catalogue.ts'
import type { DeploymentStore, RingStore } from './deployment/port.ts'
import type { Housekeeper, Retention } from './housekeeping/port.ts'
import type { Keyring } from './keyring.ts'
import type { RefusalGuard } from './keys/refusal-guard.ts'
import type { LabelStore } from './labels/port.ts'
import type { Ledgers, NewProfile } from './ledger/port.ts'
import type { OrganizationStore } from './organizations/port.ts'
import type { SessionStore } from './sessions/port.ts'
import type { SettingsStore } from './settings/port.ts'
import type { UserStore } from './users/port.ts'

/** What the core needs of the world. Stores implement it; the composition root hands it in. */
export type Ports = {
  /** Unix milliseconds. */
  readonly now: () => number
  /** That many cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>
  /** As of now, from memory: see stores/keyring/ring-keeper.ts. */
  readonly keyring: () => Promise<Keyring>
  readonly ring: RingStore
  readonly deployment: DeploymentStore
  readonly ledgers: Ledgers
  readonly catalogue: Catalogue
  readonly organizations: OrganizationStore
  readonly credentials: CredentialStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly settings: SettingsStore
  readonly labels: LabelStore
  /** What each dialect's roles may do. */
  readonly roles: RoleTable
  /** What the owner of a new organization is, in each dialect. */
  readonly ownerRoles: readonly string[]
  readonly retention: Retention
  readonly housekeeper: Housekeeper
  readonly limits: Limits
  readonly failures: FailureGuard
  /** Does what no answer waits for; a failure is logged. */
  readonly background: (work: () => Promise<unknown>) => void
  readonly refusals: RefusalGuard
  /** The profiles that a new organization starts with. */
  readonly defaultProfiles: readonly Omit<NewProfile, 'organization' | 'isDefault'>[]
  /** Of this deployment; never taken from a request. */
  readonly publicUrl: string
  /** null: the routes of bootstrap and maintenance do not exist. */
  readonly bootstrapToken: string | null
}
