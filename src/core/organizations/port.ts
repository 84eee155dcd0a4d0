import type { NewApiKey } from '../access/api-key.ts'
import type { AuditEvent } from '../events/event.ts'

export type Organization = {
  readonly id: number
  readonly name: string
  /** 18 digits. */
  readonly customerId: string
  /** 40 characters of `1-9a-ft`. */
  readonly organisationKey: string
  readonly createdAt: number
}

export type Owner = { readonly id: number; readonly name: string }

export type OrganizationStore = {
  /** Makes it, or answers the one of that name. */
  ensure(
    organization: Omit<Organization, 'id'>,
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
