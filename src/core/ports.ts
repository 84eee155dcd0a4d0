import type { RoleTable } from './access/permission.ts'
import type { CredentialStore } from './access/port.ts'
import type { Catalogue } from './catalogue.ts'
import type { EventStore } from './events/port.ts'
import type { JobStore, PageStore } from './jobs/port.ts'
import type { Keyring } from './keyring.ts'
import type { RefusalGuard } from './keys/refusal-guard.ts'
import type { LabelStore } from './labels/port.ts'
import type { Ledgers, NewProfile } from './ledger/port.ts'
import type { OrganizationStore } from './organizations/port.ts'

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
  readonly events: EventStore
  readonly jobs: JobStore
  readonly pages: PageStore
  /** Lets work go on after the answer; it may be lost with its isolate. */
  readonly background: (work: () => Promise<void>) => void
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
