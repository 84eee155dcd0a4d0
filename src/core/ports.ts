import type { RoleTable } from './access/permission.ts'
import type { CredentialStore } from './access/port.ts'
import type { Catalogue } from './catalogue.ts'
import type { DeviceKeys } from './devices/device-keys.ts'
import type { FailureGuard } from './devices/failure-guard.ts'
import type { DeviceStore } from './devices/port.ts'
import type { Inboxes, KeyPairList } from './key-pairs/port.ts'
import type { Keyring } from './keyring.ts'
import type { RefusalGuard } from './keys/refusal-guard.ts'
import type { LabelStore } from './labels/port.ts'
import type { Ledgers, NewProfile } from './ledger/port.ts'
import type { OrganizationStore } from './organizations/port.ts'
import type { RoleStore } from './roles/port.ts'

/** What the core needs of the world. Stores implement it; the composition root hands it in. */
export type Ports = {
  /** Unix milliseconds. */
  readonly now: () => number
  /** That many cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>
  /** Loaded once an isolate. */
  readonly keyring: () => Promise<Keyring>
  readonly ledgers: Ledgers
  readonly catalogue: Catalogue
  readonly organizations: OrganizationStore
  readonly credentials: CredentialStore
  readonly labels: LabelStore
  readonly inboxes: Inboxes
  readonly keyPairs: KeyPairList
  readonly roleStore: RoleStore
  readonly devices: DeviceStore
  readonly deviceKeys: DeviceKeys
  readonly deviceFailures: FailureGuard
  /** What each dialect's roles may do. */
  readonly roles: RoleTable
  readonly refusals: RefusalGuard
  /** The profiles that a new organization starts with. */
  readonly defaultProfiles: readonly Omit<NewProfile, 'organization' | 'isDefault'>[]
  /** Of this deployment; never taken from a request. */
  readonly publicUrl: string
  /** null: the bootstrap route does not exist. */
  readonly bootstrapToken: string | null
}
