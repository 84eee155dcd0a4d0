import type { AuditEvent } from '../../events/event.ts'
import type { ActorRef } from '../../kernel/cause.ts'
import type { PageAfter } from '../../kernel/fairness/list-slices.ts'
import type { KnownPrincipal, OwnerGuard, WriteFailure } from '../port.ts'
import type { RoleGrant } from '../principals/port.ts'
/** A person. Times are Unix milliseconds. */
export type User = {
  readonly id: number
  readonly email: string
  readonly fullName: string
  readonly timeZone: string
  /** null: none was given, or it was taken away. */
  readonly password: StoredPassword | null
  /** It was given to them, and is good for nothing but for choosing another. */
  readonly isPasswordInitial: boolean
  readonly lockedUntil: number | null
  readonly signInCount: number
  readonly signedInAt: number | null
  readonly signedInFrom: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** Who is locked cannot sign in by a password before that time; null: is not. */
export type UserChange = Partial<Pick<User, 'fullName' | 'timeZone' | 'lockedUntil'>>

/** An event for every organization of a user. */
export type UserEvent = Omit<AuditEvent, 'id' | 'organization'>

/** Every write is one D1 transaction with its events. */
export type UserStore = {
  find(id: number): Promise<User | null>
  findMany(ids: readonly number[]): Promise<readonly User[]>
  /** Those who have that address: first the one that the deployment's operator made, then the oldest. */
  findByEmail(emailFolded: string): Promise<readonly User[]>
  /** The salt of their passwords, which they share; null: none of them has one. */
  saltOf(emailFolded: string): Promise<string | null>
  /** As whom they may act: one principal for each of their organizations, by its number. */
  principalsOf(id: number): Promise<readonly KnownPrincipal[]>
  /** Those who are in one of these organizations, by number. */
  list(organizations: readonly number[], page: PageAfter<number>): Promise<readonly User[]>
  count(organizations: readonly number[]): Promise<number>
  /**
   * Makes the user and its principal in the organization, or gives a principal of that name its user. `name`: one who is in
   * it has that address; `salt`: one who has it elsewhere has another salt.
   */
  create(
    user: Pick<User, 'email' | 'fullName' | 'timeZone'> & { readonly password: StoredPassword },
    organization: number,
    /** What it gets beside what the principal of that name has. */
    grants: readonly RoleGrant[],
    /** The most that it may have. */
    limit: number,
    by: ActorRef,
    now: number,
    event: AuditEvent,
  ): Promise<User | Extract<WriteFailure, 'name' | 'limit'> | 'salt'>
  update(id: number, change: UserChange, now: number, event: UserEvent): Promise<void>
  /**
   * Counts a wrong password of each of these, before it is looked at, so that tries at once are tries. The `lockAfter`-th in
   * a row locks until then. Those that are locked are left out. It writes as much for no user, and so takes as long.
   */
  beginTry(
    ids: readonly number[],
    lockAfter: number,
    lockUntil: number,
    now: number,
  ): Promise<ReadonlyMap<number, 'try' | 'last_try'>>
  /** The password was that user's: the count restarts, and the others' counts take this try back. */
  endTries(id: number, tried: readonly number[]): Promise<void>
  /** Tells each of the organizations of the user that an event is about. */
  recordRefusals(events: readonly UserEvent[]): Promise<void>
  /** Also closes every session. false: the user has another one by now, or one more or less, or the salt is another's. */
  setPassword(
    user: Pick<User, 'id' | 'email' | 'password'>,
    password: StoredPassword,
    isInitial: boolean,
    now: number,
    event: UserEvent,
  ): Promise<boolean>
  /** Takes the user away for good, who chose no password yet; a principal of their name stays, and its permissions. */
  removeInitial(id: number, guard: OwnerGuard | null, event: UserEvent): Promise<WriteFailure | null>
  /** As `setPassword`; of two at once, one finds a password. */
  removePassword(
    id: number,
    now: number,
    guard: OwnerGuard | null,
    event: UserEvent,
  ): Promise<WriteFailure | null>
}

export type StoredPassword = {
  /** Hexadecimal. */
  readonly salt: string
  readonly hash: string
  readonly ringVersion: number
}
