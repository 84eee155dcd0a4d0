import type { NewApiKey } from '../access/api-key.ts'
import type { AuditEvent } from '../events/event.ts'
import type { StoredPassword } from '../users/password.ts'

export type Organization = {
  readonly id: number
  readonly name: string
  /** 18 digits. */
  readonly customerId: string
  /** 40 characters of `1-9a-ft`. */
  readonly organisationKey: string
  readonly createdAt: number
}

export type Owner = {
  /** The number of the principal. */
  readonly id: number
  readonly name: string
  readonly user: number
  /** Whether the password that was handed in is theirs now. */
  readonly isPasswordSet: boolean
}

export type NewOwner = {
  readonly email: string
  readonly roles: readonly string[]
  /** Given to a user who has none. */
  readonly password: StoredPassword | null
  /** Given to one who has one, too. */
  readonly isPasswordReset: boolean
}

export type OrganizationStore = {
  /** Makes it, or answers the one of that name. */
  ensure(
    organization: Omit<Organization, 'id'>,
  ): Promise<{ readonly organization: Organization; readonly isNew: boolean }>
  /** The user of that address, in that organization, with those roles; what is missing is made. */
  ensureOwner(organization: number, owner: NewOwner, now: number): Promise<Owner>
  addApiKey(
    organization: number,
    owner: Pick<Owner, 'id'>,
    name: string,
    key: NewApiKey,
    now: number,
    events: readonly AuditEvent[],
  ): Promise<void>
}
