import type { AuditEvent } from '../../events/event.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import type { Abilities } from './ability.ts'

/** A named set of abilities; key pairs have one each. */
export type Role = {
  /** 10 characters of `1-9a-ft`. */
  readonly key: string
  readonly organization: number
  readonly name: string
  readonly abilities: Abilities
  readonly isBuiltIn: boolean
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly version: number
}

export type RoleQuery = {
  readonly organization: number
  /** Folded substrings of the key or the name; all of them or any. */
  readonly search?: { readonly words: readonly string[]; readonly scope: 'all' | 'any' } | undefined
  readonly orderBy?: RoleOrder | undefined
  readonly isDescending?: boolean | undefined
}

export type RoleOrder = 'key' | 'name' | 'createdAt' | 'updatedAt'

/** Every write is one D1 transaction with its event. */
export type RoleStore = {
  find(organization: number, key: string): Promise<Role | null>
  /** One that every organization has. */
  findBuiltIn(organization: number, name: string): Promise<Role | null>
  list(query: RoleQuery, page: { readonly offset: number; readonly limit: number }): Promise<SizedPage<Role>>
  /** Makes those whose name the organization does not have yet. */
  ensure(roles: readonly Role[]): Promise<void>
  create(role: Role, event: AuditEvent): Promise<Role | 'name_taken'>
  /** Writes name and abilities, if its version is still the one before; null: it is not. */
  update(role: Role, event: AuditEvent): Promise<Role | 'name_taken' | null>
  /** Only one that no key pair has. */
  remove(role: Role, event: AuditEvent): Promise<'removed' | 'in_use' | 'gone'>
}

export type BuiltInRole = Omit<Role, 'organization'>
