import type { NewApiKey } from '../access/api-key.ts'
import type { Listed, Paging } from '../devices/port.ts'
import type { AuditEvent } from '../events/event.ts'

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

export type Owner = { readonly id: number; readonly name: string }

export type OrganizationStore = {
  find(id: number): Promise<Organization | null>
  findByKey(organisationKey: string): Promise<Organization | null>
  /** null: its name is taken. */
  createChild(organization: Omit<Organization, 'id'>, event: AuditEvent): Promise<Organization | null>
  listChildren(parent: number, page: Paging): Promise<Listed<Organization>>
  change(organization: number, settings: Partial<OrganizationSettings>, event: AuditEvent): Promise<void>
  /** Makes it, or answers the one of that name. */
  ensure(
    organization: Pick<Organization, 'name' | 'customerId' | 'organisationKey' | 'createdAt'>,
  ): Promise<{ readonly organization: Organization; readonly isNew: boolean }>
  /** The user of that name, with that role; made when missing. */
  ensureOwner(organization: number, name: string, role: string, now: number): Promise<Owner>
  addApiKey(
    organization: number,
    owner: Owner,
    name: string,
    key: NewApiKey,
    now: number,
    events: readonly AuditEvent[],
  ): Promise<void>
}
