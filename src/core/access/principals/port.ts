import type { AuditEvent } from '../../events/event.ts'
import type { ActorRef, Dialect, PrincipalKind } from '../../kernel/cause.ts'
import type { AgePlace, PageAfter } from '../../kernel/fairness/list-slices.ts'
import type { Scope } from '../actor.ts'
import type { NewApiKey } from '../api-key.ts'
import type { OwnerGuard, WriteFailure } from '../port.ts'

/** A role that a principal has, and within which labels. */
export type RoleGrant = {
  /** UUIDv4. */
  readonly id: string
  readonly role: string
  readonly scope: Scope
  readonly createdAt: number
}

/** A principal as it is administered. */
export type Principal = {
  readonly id: number
  readonly uuid: string
  readonly organization: number
  readonly kind: PrincipalKind
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly user: number | null
  /** The number of its access restriction. */
  readonly restriction: number | null
  /** Since when none of its credentials is good; null: they are. */
  readonly disabledAt: number | null
  readonly grants: readonly RoleGrant[]
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
}

/** A grant by itself: with whose it is. */
export type RoleAssignment = RoleGrant & {
  readonly organization: number
  readonly principal: Pick<Principal, 'id' | 'uuid' | 'kind' | 'name' | 'user'>
}

export type PrincipalQuery = {
  readonly organization: number
  readonly kinds?: readonly PrincipalKind[] | undefined
  /** Folded substring. */
  readonly nameContains?: string | undefined
  readonly role?: string | undefined
}

export type RoleAssignmentQuery = {
  readonly organization: number
  /** Whose roles. */
  readonly dialect: Dialect
  readonly role?: string | undefined
  readonly principal?: string | undefined
  readonly scope?: Scope | undefined
}

export type PrincipalChange = Partial<
  Pick<Principal, 'name' | 'displayName' | 'description' | 'restriction' | 'disabledAt'>
> &
  Pick<Principal, 'updatedAt' | 'updatedBy'>

/** A new key of a principal. */
export type KeyOfPrincipal = NewApiKey & {
  readonly name: string
  readonly description: string
  readonly expiresAt: number | null
  readonly createdAt: number
  readonly createdBy: ActorRef
}
/** Every write is one D1 transaction with its events; what breaks a uniqueness, or a guard, writes nothing. */
export type PrincipalStore = {
  find(organization: number, uuid: string): Promise<Principal | null>
  findByNumber(organization: number, id: number): Promise<Principal | null>
  findByName(organization: number, kind: PrincipalKind, nameFolded: string): Promise<Principal | null>
  /** By number. */
  list(query: PrincipalQuery, page: PageAfter<number>): Promise<readonly Principal[]>
  count(query: PrincipalQuery): Promise<number>
  create(
    principal: Omit<Principal, 'id' | 'user'>,
    key: KeyOfPrincipal | null,
    /** The most of its kind that the organization may have. */
    limit: number,
    events: readonly AuditEvent[],
  ): Promise<WriteFailure | null>
  /** @param grants all that it has from now on; null: as it is */
  update(
    principal: Principal,
    change: PrincipalChange,
    grants: readonly RoleGrant[] | null,
    guard: OwnerGuard | null,
    event: AuditEvent,
  ): Promise<WriteFailure | null>
  /** With its grants, its keys, and its user, if that is in no other organization. */
  remove(principal: Principal, guard: OwnerGuard | null, event: AuditEvent): Promise<WriteFailure | null>
  hasOwner(guard: OwnerGuard): Promise<boolean>

  findPermit(organization: number, id: string): Promise<RoleAssignment | null>
  /** By age. */
  listPermits(query: RoleAssignmentQuery, page: PageAfter<AgePlace>): Promise<readonly RoleAssignment[]>
  countPermits(query: RoleAssignmentQuery): Promise<number>
  /** Ids of the labels that any scope has. */
  labelsOfScopes(organization: number): Promise<readonly string[]>
  /** @param limit the most that the organization may have of the dialect's */
  createPermit(
    permit: RoleAssignment,
    dialect: Dialect,
    limit: number,
    event: AuditEvent,
  ): Promise<WriteFailure | null>
  updatePermit(
    permit: RoleAssignment,
    change: Partial<Pick<RoleAssignment, 'role' | 'scope' | 'principal'>>,
    guard: OwnerGuard | null,
    event: AuditEvent,
  ): Promise<WriteFailure | null>
  removePermit(
    permit: RoleAssignment,
    guard: OwnerGuard | null,
    event: AuditEvent,
  ): Promise<WriteFailure | null>
}
