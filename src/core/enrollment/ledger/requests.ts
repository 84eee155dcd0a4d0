import type { Reach } from '../../access/reach.ts'
import type { ByVersion } from '../../deployment/port.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RefusalReason } from '../../kernel/refusal-reason.ts'
import type { Agent, EnrollmentKey, Grant, Profile } from './records.ts'

export type NewProfile = Pick<
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
export type ProfileChange = Partial<Omit<NewProfile, 'organization' | 'dialect' | 'isDefault'>> & {
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

export type NewKey = {
  readonly profile: number
  readonly name: string
  /** undefined: as the profile says at this moment; null: unlimited. */
  readonly maxUses: number | null | undefined
  readonly lifetimeSeconds: number | null | undefined
  /** Unix milliseconds; given instead of a lifetime. */
  readonly expiresAt: number | undefined
  readonly allowedAddresses: readonly string[]
  /** Keyed hash of the code's random part, hexadecimal. */
  readonly codeHash: string
  readonly ringVersion: number
} & Partial<Pick<EnrollmentKey, 'isEnabled' | 'attributes' | 'uniqueName' | 'issuer' | 'sealed'>>

export type KeyChange = Partial<
  Pick<
    EnrollmentKey,
    'name' | 'maxUses' | 'expiresAt' | 'isEnabled' | 'allowedAddresses' | 'uniqueName' | 'issuer' | 'profile'
  >
> & {
  /** Members that are absent stay as they are. */
  readonly attributes?: JsonObject
  /** It is not shown again; nothing can undo that. */
  readonly sealed?: null
}

/** What an operator changes of an agent. */
export type AgentChange = {
  readonly hostname?: string
  /** Members that are absent stay as they are. */
  readonly attributes?: JsonObject
  readonly values?: JsonObject
  readonly labels?: Grant['labels']
}

/** A change of the agent of that number. */
export type NumberedChange = { readonly n: number; readonly change: AgentChange }

/** What a redemption asks of the ledger that its code names. */
export type RedemptionRequest = {
  readonly key: number
  readonly codeHash: string
  /** null: no claim, so that a repeat spends another use. */
  readonly claimHash: string | null
  readonly address: string | null
  /** null: the key's name and the number of the use. */
  readonly hostname: string | null
  /** The public key that wants a certificate; absent: none does. */
  readonly binding?: Binding
  /** A JSON object of at most MAX_FACTS_BYTES: it is only handed through, so it need not be taken apart. */
  readonly facts: string
  readonly wishes: { readonly values: JsonObject; readonly labels: Readonly<Record<string, string>> }
  /** Of the ring's keys, which the caller makes tokens with. */
  readonly ringVersion: number
  readonly request: Cause['request']
}

export const MAX_FACTS_BYTES = 8 * 1024

export type Binding = {
  /** SHA-256 of the public key (SPKI), hexadecimal. */
  readonly hash: string
  /** Of the ring's keys, which the certificate's serial number will be made with. */
  readonly ringVersion: number
  /** Whose private key the caller has at hand; a use is spent only when the key's own is. null: none yet. */
  readonly issuer: number | null
  /** That private key signs nothing now: what would be granted is refused. */
  readonly isUnavailable?: boolean
}

/** What a ledger allots before a certificate is signed. */
export type CertificateGrant = {
  /** The certificate's number in its ledger. */
  readonly n: number
  readonly issuer: number
  readonly ringVersion: number
  /** Unix milliseconds. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** What a token is made from: an agent, and where its refresh family stands. */
export type Identity = {
  readonly agent: Pick<Agent, 'ledger' | 'n' | 'id' | 'organization' | 'dialect' | 'profile' | 'key'>
  readonly family: number
  readonly generation: number
  /** Its refresh tokens are made with that version of the ring or a newer one: an older one is refused. null: with any. */
  readonly ringVersion: number | null
}

export type RedemptionResult =
  | ({ readonly kind: 'new' | 'repeat' } & Identity & {
        readonly hostname: string
        /** null: none was asked for, or the key's agents get none. */
        readonly certificate: CertificateGrant | null
      })
  /** Would be granted; nothing is spent until the caller has that issuer's private key at hand. */
  | { readonly kind: 'issuer_needed'; readonly issuer: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** A further certificate of an agent, by one that it has. */
export type RenewalRequest = {
  /** The certificate's number. */
  readonly certificate: number
  readonly binding: Binding
  readonly request: Cause['request']
}

export type RenewalResult =
  | { readonly kind: 'renewed'; readonly agent: Agent; readonly certificate: CertificateGrant }
  | { readonly kind: 'issuer_needed'; readonly issuer: number }
  | { readonly kind: 'refused' }

export type RevokedCertificate = {
  readonly n: number
  readonly ringVersion: number
  /** Of one whose ring version was dropped; null: it is made again. */
  readonly serial: string | null
  readonly revokedAt: number
}

/** `next` is the first one behind it. */
export type NumberRange = { readonly first: number; readonly next: number }

export type RefreshRequest = {
  readonly agent: number
  readonly family: number
  readonly generation: number
  /** Of the ring's keys, which the token that was presented was made with. */
  readonly ringVersion: number
  readonly request: Cause['request']
}

export type Explanation = {
  readonly decision: 'new' | 'repeat' | 'refused'
  readonly reason: RefusalReason | null
  /** The agent that this claim has, whatever the decision. */
  readonly agent: string | null
  readonly usesLeft: number | null
  /** Refusals of this key, newest minute first. */
  readonly refusals: readonly RefusalCount[]
}

export type RefusalCount = {
  readonly reason: RefusalReason
  /** An IPv4 address or an IPv6 /64 (networkOf); null: unknown. */
  readonly network: string | null
  /** Start of the minute, Unix milliseconds. */
  readonly minute: number
  readonly count: number
}

export type AndKey = 'disable' | 'keep'

/** Within which labels a revocation may revoke agents, and disable keys, whose labels are their profile's. */
export type RevocationReach = { readonly agents: Reach; readonly keys: Reach }

export type Revocation = {
  readonly agents: readonly string[]
  readonly keyState: { readonly isEnabled: boolean; readonly usesLeft: number | null }
}

export type MassRevocation = Revocation & {
  /** How many more would have been revoked, and are outside the operator's reach. */
  readonly leftOut: number
}

export type NamedCertificate = { readonly n: number; readonly serial: string }

/** What a ledger has that is of interest to who runs the deployment. */
export type Survey = {
  /**
   * Keys that can be redeemed, by the version of the ring that their codes hang on, and agents by that of the refresh token
   * that they presented last: which its successor may have left.
   */
  readonly keys: ByVersion
  readonly families: ByVersion
  /** Live certificates, which can be renewed. */
  readonly certificates: ByVersion
  readonly suspendedKeys: number
  readonly suspendedFamilies: number
  /** Changes that D1 has not heard of yet. */
  readonly waiting: number
}

export type Fenced = { readonly keys: number; readonly families: number }
