import type { Reach } from '../../access/reach.ts'
import type { RingVersion } from '../../deployment/port.ts'
import type { Cause, Dialect } from '../../kernel/cause.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Agent, EnrollmentKey, Profile } from './records.ts'
import type {
  AgentChange,
  AndKey,
  Explanation,
  Fenced,
  Identity,
  KeyChange,
  MassRevocation,
  NamedCertificate,
  NewKey,
  NewProfile,
  NumberedChange,
  NumberRange,
  ProfileBasis,
  ProfileChange,
  RedemptionRequest,
  RedemptionResult,
  RefreshRequest,
  RenewalRequest,
  RenewalResult,
  Revocation,
  RevocationReach,
  RevokedCertificate,
  Survey,
} from './requests.ts'

/**
 * One ledger: the only place that decides. Every change carries its cause and commits with its event. What an operator asks for
 * carries their reach, and is refused outside of it; a key's labels are its profile's.
 */
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
    isKeptWithAgents: boolean,
    reach: Reach,
  ): Promise<Outcome<null>>

  createKey(organization: number, key: NewKey, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey>>
  getKey(organization: number, key: number, reach: Reach): Promise<Outcome<EnrollmentKey>>
  changeKey(
    organization: number,
    key: number,
    change: KeyChange,
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<EnrollmentKey>>
  revokeKey(organization: number, key: number, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey>>
  /** Ends the suspension of a key and of the refresh families of its agents. */
  releaseKey(organization: number, key: number, cause: Cause): Promise<Outcome<EnrollmentKey>>
  /** The same for every key of a profile; the number of keys that were suspended. */
  releaseKeys(organization: number, profile: number, cause: Cause): Promise<Outcome<number>>
  /** Revokes every key of a profile; the number of those that were not revoked before. */
  revokeKeys(organization: number, profile: number, cause: Cause, reach: Reach): Promise<Outcome<number>>
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
  /** Neither what it is nor what it becomes may be outside the reach. */
  changeAgent(
    organization: number,
    agent: number,
    change: AgentChange,
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<Agent>>
  /** Each for itself, in one commit: what was refused of one changes nothing of the others. */
  changeAgents(
    organization: number,
    changes: readonly NumberedChange[],
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<readonly Outcome<Agent>[]>>
  /** The next attempt of its claim may show another public key; once. */
  allowRebinding(organization: number, agent: number, cause: Cause): Promise<Outcome<Agent>>
  leave(organization: number, agent: number, cause: Cause): Promise<Outcome<Agent>>
  /** Those of them that are active, in one commit: all of them, or none when one is outside the reach. */
  leaveMany(
    organization: number,
    agents: readonly number[],
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<null>>
  revokeAgent(
    organization: number,
    agent: number,
    andKey: AndKey,
    cause: Cause,
    reach: RevocationReach,
  ): Promise<Outcome<Revocation>>
  /** All of them or none; their keys are kept. */
  revokeMany(organization: number, agents: readonly number[], cause: Cause): Promise<Outcome<null>>
  /** Of a key that is within the reach itself: its agents outside of it are left out. */
  revokeAgents(
    organization: number,
    key: number,
    since: number,
    andKey: AndKey,
    isDryRun: boolean,
    cause: Cause,
    reach: RevocationReach,
  ): Promise<Outcome<MassRevocation>>

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
