import type { ByVersion, RingVersion } from '../deployment/port.ts'
import type { JsonObject } from '../json.ts'
import type { Outcome } from '../outcome.ts'
import type { RefusalReason } from './decide.ts'
import type { Agent, Cause, Dialect, EnrollmentKey, Grant, Profile } from './records.ts'

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
  readonly address: string | null
  /** Start of the minute, Unix milliseconds. */
  readonly minute: number
  readonly count: number
}

export type AndKey = 'disable' | 'keep'

export type Revocation = {
  readonly agents: readonly string[]
  readonly keyState: { readonly isEnabled: boolean; readonly usesLeft: number | null }
}

/** One ledger: the only place that decides. Every change carries its cause and commits with its event. */
export type Ledger = {
  create(profile: NewProfile, ledger: number, cause: Cause): Promise<Outcome<Profile>>
  getProfile(organization: number, profile: number): Promise<Outcome<Profile>>
  /** null: the basis does not hold any more. */
  changeProfile(
    organization: number,
    profile: number,
    change: ProfileChange,
    cause: Cause,
    basis?: ProfileBasis,
  ): Promise<Outcome<Profile | null>>
  /** @param isKeptWithAgents refuses while agents of it are active */
  deleteProfile(
    organization: number,
    profile: number,
    cause: Cause,
    isKeptWithAgents?: boolean,
  ): Promise<Outcome<null>>

  createKey(organization: number, key: NewKey, cause: Cause): Promise<Outcome<EnrollmentKey>>
  getKey(organization: number, key: number): Promise<Outcome<EnrollmentKey>>
  changeKey(
    organization: number,
    key: number,
    change: KeyChange,
    cause: Cause,
  ): Promise<Outcome<EnrollmentKey>>
  revokeKey(organization: number, key: number, cause: Cause): Promise<Outcome<EnrollmentKey>>
  /** Ends the suspension of a key and of the refresh families of its agents. */
  releaseKey(organization: number, key: number, cause: Cause): Promise<Outcome<EnrollmentKey>>
  /** The same for every key of a profile; the number of keys that were suspended. */
  releaseKeys(organization: number, profile: number, cause: Cause): Promise<Outcome<number>>
  /** Revokes every key of a profile; the number of those that were not revoked before. */
  revokeKeys(organization: number, profile: number, cause: Cause): Promise<Outcome<number>>
  explain(
    organization: number,
    key: number,
    claimHash: string | null,
    address: string | null,
  ): Promise<Outcome<Explanation>>

  redeem(request: RedemptionRequest): Promise<Outcome<RedemptionResult>>
  refresh(request: RefreshRequest): Promise<Outcome<Identity | null>>
  heartbeat(agent: number): Promise<Outcome<Agent>>
  renew(request: RenewalRequest): Promise<Outcome<RenewalResult>>
  /** Of those that have not expired by themselves. @param range of numbers; not found: none was allotted so far */
  revokedCertificates(
    organization: number,
    issuer: number,
    range: NumberRange,
  ): Promise<Outcome<readonly RevokedCertificate[]>>
  /**
   * In use: a key has it, or an agent carries a live certificate of it. From `retired` on no key takes it, until it is
   * `kept`; `asked` changes nothing.
   */
  retireIssuer(organization: number, issuer: number, to: 'asked' | 'retired' | 'kept'): Promise<Outcome<null>>

  getAgent(organization: number, agent: number): Promise<Outcome<Agent>>
  /** Those of them that there are. */
  getAgents(organization: number, agents: readonly number[]): Promise<Outcome<readonly Agent[]>>
  /** null: it has other labels than these. */
  changeAgent(
    organization: number,
    agent: number,
    change: AgentChange,
    cause: Cause,
    labels: Grant['labels'],
  ): Promise<Outcome<Agent | null>>
  /** The next attempt of its claim may show another public key; once. */
  allowRebinding(organization: number, agent: number, cause: Cause): Promise<Outcome<Agent>>
  leave(organization: number, agent: number, cause: Cause): Promise<Outcome<Agent>>
  /** Those of them that are active, in one commit. */
  leaveMany(organization: number, agents: readonly number[], cause: Cause): Promise<Outcome<null>>
  revokeAgent(organization: number, agent: number, andKey: AndKey, cause: Cause): Promise<Outcome<Revocation>>
  /** All of them or none; their keys are kept. */
  revokeMany(organization: number, agents: readonly number[], cause: Cause): Promise<Outcome<null>>
  revokeAgents(
    organization: number,
    key: number,
    since: number,
    andKey: AndKey,
    isDryRun: boolean,
    cause: Cause,
  ): Promise<Outcome<Revocation>>

  survey(ring: readonly RingVersion[]): Promise<Outcome<Survey>>
  /** For a state that comes from a backup: suspends keys and refresh families, and skips numbers given out since. */
  fence(cause: Cause): Promise<Outcome<Fenced>>
  /** Tells D1 again of all that this ledger owns. */
  rebuild(): Promise<Outcome<null>>
  /** Numbers of unexpired certificates whose serial numbers that version made and nobody wrote down; some at a time. */
  unnamedCertificates(version: number): Promise<Outcome<readonly number[]>>
  /** Writes serial numbers down, which can be made no more once their version is dropped. */
  nameCertificates(named: readonly NamedCertificate[]): Promise<Outcome<null>>
  /** Revokes the keys whose codes that version of the ring made; how many. */
  dropRingVersion(version: number, cause: Cause): Promise<Outcome<number>>
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

/** A value that only one ledger's profile of an organization may have. */
export type Reservation = {
  readonly organization: number
  readonly scope: string
  readonly value: string
  readonly ledger: number
}

/** Who has a reserved value, and since when (Unix milliseconds). */
export type Holder = { readonly ledger: number; readonly reservedAt: number }

/** All ledgers. */
export type Ledgers = {
  /** A new ledger's number. */
  allot(organization: number): Promise<number>
  /** The ledger that all profiles of that dialect in the organization share; allotted when first needed. */
  shared(organization: number, dialect: Dialect): Promise<number>
  /** Whether that number was allotted to that organization; asked before a ledger is opened by an id from outside. */
  isOwned(organization: number, ledger: number): Promise<boolean>
  open(ledger: number): Ledger
  /** Takes the value if it is free, or renews one's own; who has it then. */
  reserve(reservation: Reservation, now: number): Promise<Holder>
  /** Takes the value from a holder, unless that renewed it meanwhile. */
  takeOver(reservation: Reservation, from: Holder, now: number): Promise<boolean>
  /** Unless it was renewed since then. */
  release(reservation: Reservation, since: number): Promise<void>
}
