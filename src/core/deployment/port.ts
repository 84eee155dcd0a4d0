import type { AuditEvent } from '../events/event.ts'
import type { TokenAlgorithm } from '../kernel/keyring.ts'

/** Versions of the ring are one byte of a code, and the first one of a serial number, which has to be positive. */
export const MAX_RING_VERSION = 127

/** For how long an isolate may go on with the ring, or with what it knows, as it was before a change. */
export const MAX_RING_AGE_SECONDS = 300

export type RingVersion = {
  readonly version: number
  /** Unix milliseconds; before that it is known, and nothing new is made with it. */
  readonly usedFrom: number
  /** By which it signs agents' access tokens. */
  readonly algorithm: TokenAlgorithm
}

export type RingState = {
  readonly versions: readonly RingVersion[]
  /** Whether the deployment has a second master key, which is to replace the first. */
  readonly hasNextMasterKey: boolean
  /** Whether the newest master key opens all of it, alone. */
  readonly isRewrapped: boolean
}

/** The ring as D1 holds it. Every change commits with its event. */
export type RingStore = {
  describe(): Promise<RingState>
  /** Seals each key under the newest master key; returns how many were not. */
  rewrap(event: AuditEvent): Promise<number>
  /** Of two at once, one adds it, and the other finds it. */
  addVersion(version: RingVersion, event: AuditEvent): Promise<void>
  dropVersion(version: number, event: AuditEvent): Promise<void>
}

/** How many of something hang on each version of the ring. */
export type ByVersion = Readonly<Record<number, number>>

/** How much of something the ledgers of a dialect counted. */
export type LedgerCount = { readonly dialect: string; readonly name: string; readonly n: number }

/** What a ledger, or D1, has that is of interest to who runs the deployment. */
export type DeploymentStore = {
  /** Numbers of ledgers, ascending. */
  ledgersAfter(after: number, limit: number): Promise<readonly number[]>
  /** The sums of what all ledgers counted. */
  counts(): Promise<readonly LedgerCount[]>
  /** Live credentials in D1, by what they are. */
  credentials(now: number): Promise<Readonly<Record<string, ByVersion>>>
  /** What is shown or used again, and D1 holds sealed under another version than that; how many. */
  countSealed(current: number): Promise<number>
  /** Reseals some of what D1 owns of it; returns how many. */
  reseal(seal: Reseal, current: number, atMost: number): Promise<number>
  /** Ends what authenticates by that version alone; the event is recorded for each API key. */
  dropCredentials(version: number, events: DropEvents): Promise<DroppedCredentials>
  /**
   * For a state that comes from a backup: API keys are suspended, API clients disabled, sessions end, numbers that may have
   * been given out since (of ledgers, organizations, labels, issuers …) are skipped, since ledgers and inboxes go on to
   * name them, and what ledgers own is deleted, for they will deliver it again.
   */
  fence(now: number, events: FenceEvents): Promise<FencedCredentials>
  /** Reservations for ledgers that do not exist: no look-up leads to their numbers any more. */
  forgetLedgers(numbers: readonly number[]): Promise<void>

  /** Access keys that begin so, of all key pairs, deleted ones included; ascending. */
  accessKeysAfter(after: string, prefix: string, limit: number): Promise<readonly string[]>
  accessKeysSealedByOlder(current: number, limit: number): Promise<readonly string[]>
  /** What D1 has of key pairs that no inbox has. */
  forgetKeyPairs(accessKeys: readonly string[]): Promise<void>
}

export type DroppedCredentials = {
  readonly apiKeys: number
  readonly apiClients: number
  readonly passwords: number
  readonly sessions: number
}

/** Clients and keys get an event each. */
export type DropEvents = { readonly apiKey: AuditEvent; readonly apiClient: AuditEvent }

export type FencedCredentials = { readonly apiKeys: number; readonly apiClients: number }

/** Each client that was enabled gets an event. */
export type FenceEvents = { readonly whole: AuditEvent; readonly apiClient: AuditEvent }

/** The same secret under the current version of the ring; null: it does not open. */
export type Reseal = (context: string, sealed: string) => Promise<string | null>
