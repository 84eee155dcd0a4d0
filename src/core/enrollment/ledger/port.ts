import type { Reach } from '../../access/reach/reach.ts'
import type { RingVersion } from '../../deployment/port.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { Faults, Outcome } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import type {
  Agent,
  AgentChange,
  AndKey,
  MassRevocation,
  NumberedChange,
  Revocation,
  RevocationReach,
} from './agent.ts'
import type { ApprovalDecision, Approver, DecidedClaim, WaitingClaim } from './approval.ts'
import type {
  CertificateRequest,
  CertificateResult,
  IssuedCertificate,
  NamedCertificate,
  NumberRange,
  RenewalRequest,
  RenewalResult,
  RevokedCertificate,
} from './certificate.ts'
import type { HeadDraft, SignedHead } from './head.ts'
import type { EnrollmentKey, KeyChange, NewKey } from './key.ts'
import type { Fenced, Survey } from './maintenance.ts'
import type { NewProfile, Profile, ProfileBasis, ProfileChange } from './profile.ts'
import type {
  Explanation,
  Identity,
  RedemptionRequest,
  RedemptionResult,
  RefreshRequest,
  RefusalCount,
  Refusals,
} from './redemption.ts'
import type { Intent } from './rules/decide.ts'
import type { ShownIdentity } from './rules/identity.ts'
import type { SlotFacts, SlotMatch } from './rules/slots.ts'
import type { Slot, SlotFilter, SlotPage, SlotsAdded } from './slot.ts'

/**
 * One ledger: the only place that decides. Every change carries its cause and commits with its event.
 *
 * As one organization sees it: to any other the ledger does not exist. What an operator asks for carries their reach, and is
 * refused outside of it; a key's labels are its profile's.
 */
export type Ledger = {
  getProfile(profile: number): Promise<Outcome<Profile>>
  /** null: the basis does not hold any more. */
  changeProfile(
    profile: number,
    change: ProfileChange,
    cause: Cause,
    basis?: ProfileBasis,
  ): Promise<Outcome<Profile | null>>
  /** @param isKeptWithAgents refuses while agents of it are active */
  deleteProfile(
    profile: number,
    cause: Cause,
    isKeptWithAgents: boolean,
    reach: Reach,
  ): Promise<Outcome<null, Faults<'in_use'>>>

  createKey(key: NewKey, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey>>
  getKey(key: number, reach: Reach): Promise<Outcome<EnrollmentKey>>
  changeKey(
    key: number,
    change: KeyChange,
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>>
  revokeKey(key: number, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey>>
  /** Ends the suspension of a key and of the refresh families of its agents. */
  releaseKey(key: number, cause: Cause): Promise<Outcome<EnrollmentKey>>
  /** The same for every key of a profile; the number of keys that were suspended. */
  releaseKeys(profile: number, cause: Cause): Promise<Outcome<number>>
  /** Revokes every key of a profile; the number of those that were not revoked before. */
  revokeKeys(profile: number, cause: Cause, reach: Reach): Promise<Outcome<number>>
  explain(
    key: number,
    claimHash: string | null,
    address: string | null,
    intent: Intent,
    /** What the machine shows; absent: nothing. */
    about?: SlotFacts & { readonly identity?: ShownIdentity },
  ): Promise<Outcome<Explanation>>
  /** The newest rows, and all of them by reason. */
  refusals(key: number, limit: number): Promise<Outcome<Refusals>>
  /** null: no row kept the request's id. */
  refusalOfRequest(key: number, request: string): Promise<Outcome<RefusalCount | null>>
  /** Stops new claims until it is resumed; what is held or enrolled stays. */
  pauseKey(key: number, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>>
  resumeKey(key: number, cause: Cause, reach: Reach): Promise<Outcome<EnrollmentKey>>
  /** Open holds of the keys that are within the reach, oldest first. */
  waitingClaims(keys: readonly number[], reach: Reach): Promise<Outcome<readonly WaitingClaim[]>>
  /** The opposite of what was decided before is refused. */
  decideClaim(
    key: number,
    claimHash: string,
    decision: ApprovalDecision,
    by: Approver,
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<DecidedClaim, Faults<'already_decided' | 'session_needed'>>>

  /** All of them or none; of normalized values, of which those that are there already change nothing. */
  addSlots(
    key: number,
    slots: readonly SlotMatch[],
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<SlotsAdded, Faults<'key_revoked'>>>
  listSlots(key: number, filter: SlotFilter, page: Page): Promise<Outcome<SlotPage>>
  /** In use: its agent is active. */
  removeSlot(key: number, slot: number, cause: Cause, reach: Reach): Promise<Outcome<null, Faults<'in_use'>>>
  refillSlot(key: number, slot: number, cause: Cause, reach: Reach): Promise<Outcome<Slot, Faults<'in_use'>>>

  /** Brings D1 what it does not have yet; up to when it has everything then, Unix milliseconds. */
  deliver(): Promise<Outcome<number>>

  getAgent(agent: number): Promise<Outcome<Agent>>
  /** Those of them that there are. */
  getAgents(agents: readonly number[]): Promise<Outcome<readonly Agent[]>>
  /** Neither its present nor its new labels may be outside the reach. */
  changeAgent(agent: number, change: AgentChange, cause: Cause, reach: Reach): Promise<Outcome<Agent>>
  /** Each for itself, in one commit: what was refused of one changes nothing of the others. */
  changeAgents(
    changes: readonly NumberedChange[],
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<readonly Outcome<Agent>[]>>
  /** The next attempt of its claim may show another public key; once. */
  allowRebinding(agent: number, cause: Cause): Promise<Outcome<Agent>>
  leave(agent: number, cause: Cause): Promise<Outcome<Agent>>
  /** Those of them that are active, in one commit: all of them, or none when one is outside the reach. */
  leaveMany(agents: readonly number[], cause: Cause, reach: Reach): Promise<Outcome<null>>
  revokeAgent(
    agent: number,
    andKey: AndKey,
    cause: Cause,
    reach: RevocationReach,
  ): Promise<Outcome<Revocation>>
  /** All of them or none; their keys are kept. */
  revokeMany(agents: readonly number[], cause: Cause): Promise<Outcome<null>>
  /** Of a key that is within the reach itself: its agents outside of it are left out. */
  revokeAgents(
    key: number,
    since: number,
    andKey: AndKey,
    isDryRun: boolean,
    cause: Cause,
    reach: RevocationReach,
  ): Promise<Outcome<MassRevocation>>

  /** The newest first, at most a hundred. */
  certificatesOf(agent: number): Promise<Outcome<readonly IssuedCertificate[]>>
  /** All that an active agent has; its next enrollment with its claim may show another public key, once. */
  revokeCertificates(
    agent: number,
    cause: Cause,
    reach: Reach,
  ): Promise<Outcome<readonly IssuedCertificate[]>>
  /** Of those that have not expired by themselves. @param range of numbers; not found: none was allotted so far */
  revokedCertificates(issuer: number, range: NumberRange): Promise<Outcome<readonly RevokedCertificate[]>>
  /**
   * In use: a key has it, or an agent carries a live certificate of it. From `retired` on no key takes it, until it is
   * `kept`; `asked` changes nothing.
   */
  retireIssuer(issuer: number, to: 'asked' | 'retired' | 'kept'): Promise<Outcome<null, Faults<'in_use'>>>
}

/** The same ledger as agents meet it: a code, a token or a certificate names it, and not whose it is. */
export type AgentLedger = {
  redeem(request: RedemptionRequest): Promise<Outcome<RedemptionResult>>
  refresh(request: RefreshRequest): Promise<Outcome<Identity | null>>
  heartbeat(agent: number): Promise<Outcome<Agent>>
  renew(request: RenewalRequest): Promise<Outcome<RenewalResult>>
  certify(request: CertificateRequest): Promise<Outcome<CertificateResult>>
}

/** The same ledger as the deployment maintains it, whichever organization it belongs to. */
export type MaintainedLedger = {
  survey(ring: readonly RingVersion[]): Promise<Outcome<Survey>>
  /** For a state that comes from a backup: suspends keys and refresh families, and skips numbers given out since. */
  fence(cause: Cause): Promise<Outcome<Fenced>>
  /** Delivers all that this ledger owns to D1 again. */
  rebuild(): Promise<Outcome<null>>
  /** Numbers of unexpired certificates whose serial numbers that version made and that were not recorded; some at a time. */
  unnamedCertificates(version: number): Promise<Outcome<readonly number[]>>
  /** Writes serial numbers down, which can be made no more once their version is dropped. */
  nameCertificates(named: readonly NamedCertificate[]): Promise<Outcome<null>>
  /** The next head, which is not signed yet; null: nothing has changed since the last. @param newChain the name of a chain to begin */
  draftHead(newChain: string): Promise<Outcome<HeadDraft | null>>
  /** Adds it with its event. False: another one has taken its place. */
  addHead(draft: HeadDraft, signed: SignedHead): Promise<Outcome<boolean>>
  /** Revokes the keys whose codes that version of the ring made; returns how many. */
  dropRingVersion(version: number, cause: Cause): Promise<Outcome<number>>
}

/** All ledgers. A call is one RPC: on this side of it neither D1 nor KV is asked. Opening touches nothing. */
export type Ledgers = {
  open(ledger: number, organization: number): Ledger
  forAgents(ledger: number): AgentLedger
  forMaintenance(ledger: number): MaintainedLedger
  /** In a ledger that was allotted to the profile's organization; the ledger's first profile makes it. */
  createProfile(ledger: number, profile: NewProfile, cause: Cause): Promise<Outcome<Profile>>
}
