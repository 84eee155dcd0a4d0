import type { Paging } from '../../devices/port.ts'
import type { AuditEvent } from '../../events/event.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import type { NewApiKey } from '../api-key.ts'
import type { BuiltInRole } from '../roles/port.ts'
import type { StoredPassword } from '../users/port.ts'

export type Organization = {
  readonly id: number
  readonly name: string
  /** 18 digits. */
  readonly customerId: string
  /** 40 characters of `1-9a-ft`. */
  readonly organisationKey: string
  readonly createdAt: number
  /** The OEM whose child it is. */
  readonly parentId: number | null
  /** In which dates without an offset are read: an IANA name or one of Rails. */
  readonly timeZone: string
  /** Whether an access key alone, unsigned, may read. */
  readonly isUnsignedReadAllowed: boolean
}

export type OrganizationSettings = Pick<Organization, 'timeZone' | 'isUnsignedReadAllowed'>

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
  find(id: number): Promise<Organization | null>
  findByKey(organisationKey: string): Promise<Organization | null>
  /** With its roles, in one D1 transaction with the event. null: another child has its name. */
  createChild(
    organization: Omit<Organization, 'id'>,
    roles: readonly BuiltInRole[],
    event: AuditEvent,
  ): Promise<Organization | null>
  listChildren(parent: number, page: Paging): Promise<SizedPage<Organization>>
  change(organization: number, settings: Partial<OrganizationSettings>, event: AuditEvent): Promise<void>
  /** Makes an organization without a parent, or returns the one of that name. */
  ensure(
    organization: Pick<Organization, 'name' | 'customerId' | 'organisationKey' | 'createdAt'>,
  ): Promise<{ readonly organization: Organization; readonly isNew: boolean }>
  /** The user of that address, in that organization, with those roles; what is missing is made. */
  ensureOwner(organization: number, owner: NewOwner, now: number): Promise<Owner>
  namesOf(organizations: readonly number[]): Promise<ReadonlyMap<number, string>>
  addApiKey(
    organization: number,
    owner: Pick<Owner, 'id'>,
    name: string,
    key: NewApiKey,
    now: number,
    events: readonly AuditEvent[],
  ): Promise<void>
}
