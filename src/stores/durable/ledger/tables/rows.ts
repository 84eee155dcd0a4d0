import type { Agent, AgentState } from '../../../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../../core/enrollment/ledger/profile.ts'
import type { RedemptionRequest } from '../../../../core/enrollment/ledger/redemption.ts'
import type { HoldKind } from '../../../../core/enrollment/ledger/rules/decide.ts'
import { NO_RULES } from '../../../../core/enrollment/ledger/rules/key-rules.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import type { JsonObject } from '../../../../core/kernel/json.ts'

/** What the profile's columns do not hold. */
export type ProfileBody = Omit<
  Profile,
  | 'ledger'
  | 'n'
  | 'isEnabled'
  | 'uses'
  | 'lastRedeemedAt'
  | 'updatedAt'
  | 'version'
  | 'ceilings'
  | 'certificates'
  | 'tags'
  | 'location'
> &
  /** Absent of profiles that were made before there were any. */
  Partial<Pick<Profile, 'ceilings' | 'certificates' | 'tags' | 'location'>>
export type KeyBody = Pick<
  EnrollmentKey,
  'organization' | 'dialect' | 'name' | 'allowedAddresses' | 'createdAt' | 'createdBy'
> &
  /** Absent of keys that were made before there were any. */
  Partial<
    Pick<EnrollmentKey, 'attributes' | 'description' | 'issuer' | 'rules' | 'sealed' | 'tags' | 'updatedBy'>
  >
export type AgentBody = Pick<Agent, 'organization' | 'dialect' | 'hostname' | 'grant' | 'enrolledFrom'> &
  /** Absent until an operator changes the agent. */
  Partial<Pick<Agent, 'attributes' | 'isEnabled' | 'tags' | 'updatedAt' | 'updatedBy'>>

/** What the event of an agent's enrollment has that the agent has not. */
export type Enrollment = {
  readonly event: string
  readonly request: Cause['request']
  /** Who it was shown to be; absent: its key did not ask. */
  readonly identity?: JsonObject
}

export type ProfileRow = {
  n: number
  is_enabled: number
  deleted_at: number | null
  updated_at: number
  body: string
  version: number
  uses: number
  last_redeemed_at: number | null
}

export type KeyRow = {
  n: number
  profile: number
  unique_name: string | null
  code_hash: string
  ring_version: number
  max_uses: number | null
  uses: number
  held: number
  /** When the first of its holds lapses. */
  hold_ends_at: number | null
  /** Claims that an operator decided on. */
  decided: number
  paused_at: number | null
  resumes_at: number | null
  expires_at: number | null
  is_enabled: number
  revoked_at: number | null
  suspended_at: number | null
  last_redeemed_at: number | null
  last_redeemed_from: string | null
  updated_at: number
  body: string
  version: number
}

export type AgentRow = {
  n: number
  key: number
  profile: number
  use_number: number
  uuid: string
  claim_hash: string | null
  /** SHA-256 of the public key that its claim goes with. */
  binding: string | null
  may_rebind: number
  /** The number of its newest one. */
  certificate: number | null
  state: AgentState
  /** When its claim ended. A revoked agent's never does. */
  ended_at: number | null
  revoked_at: number | null
  enrolled_at: number
  seen_at: number
  family: number
  generation: number
  is_family_revoked: number
  /** After a restore: it waits for an operator, or adopts the next token that is shown. */
  family_fence: 'suspended' | 'adopting' | null
  /**
   * No refresh token of its is older: of the ring that it was enrolled with, then of the token that was presented last.
   * null: it was enrolled before that was noted, and none was presented.
   */
  ring_version: number | null
  body: string
  /** JSON objects. */
  facts: string
  enrollment: string
  version: number
}

/** The agent that a claim has, as far as a redemption is concerned. */
export type ClaimedAgent = Pick<
  AgentRow,
  | 'n'
  | 'key'
  | 'uuid'
  | 'claim_hash'
  | 'binding'
  | 'may_rebind'
  | 'state'
  | 'family'
  | 'generation'
  | 'is_family_revoked'
  | 'family_fence'
  | 'ring_version'
> & { readonly hostname: string; readonly is_enabled: number }

/** What no redemption sets is as the table has it. */
export type NewAgent = Omit<AgentRow, 'ended_at' | 'revoked_at' | 'seen_at' | 'version'> & {
  readonly hostname: string
  readonly is_enabled: number
  /** null: its key has no rate limit. */
  readonly limited: { readonly network: string | null } | null
}

export type HoldRow = {
  key: number
  claim_hash: string
  kind: HoldKind
  opened_at: number
  ends_at: number
  network: string | null
  approved_at: number | null
  /** JSON: HoldBody. */
  body: string
}

/** What the machine says of itself, and what the server knows of it. */
export type HoldBody = Pick<RedemptionRequest, 'address' | 'hostname' | 'request'> & {
  readonly facts: JsonObject
  /** The client of a verified identity that opened it; absent: the claim alone did. */
  readonly bound?: string
}

export function toProfile(ledger: number, row: ProfileRow): Profile {
  const body = JSON.parse(row.body) as ProfileBody
  return {
    ceilings: null,
    certificates: null,
    tags: {},
    location: null,
    ...body,
    ledger,
    n: row.n,
    isEnabled: row.is_enabled === 1,
    uses: row.uses,
    lastRedeemedAt: row.last_redeemed_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

export function toKey(ledger: number, row: KeyRow): EnrollmentKey {
  const body = JSON.parse(row.body) as KeyBody
  return {
    attributes: {},
    description: '',
    tags: {},
    issuer: null,
    sealed: null,
    updatedBy: body.createdBy,
    ...body,
    // What was saved before a rule was known has none of it.
    rules: body.rules ? { ...NO_RULES, ...body.rules } : null,
    ledger,
    n: row.n,
    profile: row.profile,
    maxUses: row.max_uses,
    uses: row.uses,
    held: row.held,
    pausedAt: row.paused_at,
    resumesAt: row.resumes_at,
    expiresAt: row.expires_at,
    isEnabled: row.is_enabled === 1,
    revokedAt: row.revoked_at,
    uniqueName: row.unique_name,
    suspendedAt: row.suspended_at,
    ringVersion: row.ring_version,
    lastRedeemedAt: row.last_redeemed_at,
    lastRedeemedFrom: row.last_redeemed_from,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

export function toAgent(ledger: number, row: AgentRow): Agent {
  const body = JSON.parse(row.body) as AgentBody
  return {
    attributes: {},
    tags: {},
    isEnabled: true,
    updatedAt: null,
    updatedBy: null,
    ...body,
    facts: JSON.parse(row.facts) as JsonObject,
    ledger,
    n: row.n,
    id: row.uuid,
    profile: row.profile,
    key: row.key,
    use: row.use_number,
    state: row.state,
    enrolledAt: row.enrolled_at,
    endedAt: row.ended_at ?? row.revoked_at,
    certificate: row.certificate,
    seenAt: row.seen_at,
    version: row.version,
  }
}
