import type { AuditEvent } from '../../events/event.ts'
import type { ActorRef } from '../../kernel/cause.ts'
import type { CredentialKind } from '../actor.ts'
import type { OwnerGuard, WriteFailure } from '../port.ts'

/** From where the credentials of those who have it may be used. */
export type AccessRestriction = {
  readonly id: number
  readonly organization: number
  readonly name: string
  readonly description: string
  /** Addresses and CIDR ranges, IPv4 or IPv6. */
  readonly ranges: readonly string[]
  /** The kinds of credential that it does not hold for. */
  readonly exclusions: readonly CredentialKind[]
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
}

export type RestrictionChange = Partial<
  Pick<AccessRestriction, 'name' | 'description' | 'ranges' | 'exclusions'>
> &
  Pick<AccessRestriction, 'updatedAt' | 'updatedBy'>

/** Every write is one D1 transaction with its event. */
export type RestrictionStore = {
  find(organization: number, id: number): Promise<AccessRestriction | null>
  list(organization: number, limit: number): Promise<readonly AccessRestriction[]>
  count(organization: number): Promise<number>
  create(
    restriction: Omit<AccessRestriction, 'id'>,
    /** The most that the organization may have. */
    limit: number,
    /** Its subject's id is filled in with the new one's. */
    event: AuditEvent,
  ): Promise<AccessRestriction | Extract<WriteFailure, 'name' | 'limit'>>
  update(
    restriction: AccessRestriction,
    change: RestrictionChange,
    guard: OwnerGuard | null,
    event: AuditEvent,
  ): Promise<WriteFailure | null>
  /** `in_use`: a principal has it. */
  remove(restriction: AccessRestriction, event: AuditEvent): Promise<'removed' | 'in_use' | 'gone'>
}
