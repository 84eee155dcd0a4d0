import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { CertificatePolicy } from './certificate-policy.ts'
import type { Location } from './location.ts'
import type { Ceilings } from './rules/ceilings.ts'
import type { Tags } from './tags.ts'

/** A label as a profile grants it: of the organization's own, or wished for by value at redemption. */
export type GrantedLabel = { readonly key: string } & ({ readonly id: string } | { readonly value: string })

/** What an agent becomes. Members of `values` are the dialect's own words; the core does not read them. */
export type Grant = {
  readonly values: JsonObject
  readonly labels: readonly GrantedLabel[]
  /** Names of values, and `label:<key>`, that a redemption may not override. */
  readonly locks: readonly string[]
}

export type Profile = {
  readonly ledger: number
  readonly n: number
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  readonly description: string
  readonly isEnabled: boolean
  readonly isDefault: boolean
  readonly grant: Grant
  /** The dialect's own members, which the core stores and filters by, and does not read. */
  readonly attributes: JsonObject
  readonly tags: Tags
  /** Where its ledger was asked to be made; null: wherever it was first asked for. */
  readonly location: Location | null
  /** A name of its dialect that no other profile of the organization has; null: none. */
  readonly uniqueName: string | null
  /** Addresses and CIDR ranges from which its keys may be redeemed; empty: from everywhere. */
  readonly allowedAddresses: readonly string[]
  /** What a new key gets unless its maker says otherwise; null: unlimited. */
  readonly defaultMaxUses: number | null
  readonly defaultLifetimeSeconds: number | null
  /** null: it has none. A default beyond them gives no key. */
  readonly ceilings: Ceilings | null
  /** null: its agents get none, unless its keys name an issuer. */
  readonly certificates: CertificatePolicy | null
  /** Uses of all its keys, deleted ones included. */
  readonly uses: number
  readonly lastRedeemedAt: number | null
  readonly lastKeyAt: number | null
  readonly lastKeyBy: ActorRef | null
  /** Unix milliseconds, as every `…At`. */
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
  readonly version: number
}

export type NewProfile = Partial<Pick<Profile, 'ceilings' | 'certificates' | 'tags' | 'location'>> &
  Pick<
    Profile,
    | 'organization'
    | 'dialect'
    | 'name'
    | 'description'
    | 'isEnabled'
    | 'isDefault'
    | 'grant'
    | 'attributes'
    | 'uniqueName'
    | 'allowedAddresses'
    | 'defaultMaxUses'
    | 'defaultLifetimeSeconds'
  >

/** Members that are absent stay as they are; `patch` comes on top, inside the ledger's transaction. */
export type ProfileChange = Partial<
  Omit<NewProfile, 'organization' | 'dialect' | 'isDefault' | 'location'>
> & {
  readonly patch?: ProfilePatch
}

/** What a change was decided on: where the ledger holds other labels or attributes by then, it changes nothing. */
export type ProfileBasis = Pick<Profile, 'attributes'> & { readonly labels: Grant['labels'] }

/** Changes single members of what a profile grants, so that two changes at once lose nothing of each other. */
export type ProfilePatch = {
  readonly values?: JsonObject
  readonly labels?: Grant['labels']
  /** Lock name → whether it is locked. */
  readonly locks?: Readonly<Record<string, boolean>>
  readonly attributes?: JsonObject
}
