import type { AuditEvent } from '../events/event.ts'
import type { PrincipalKind } from '../kernel/cause.ts'
import type { CredentialKind, Scope } from './actor.ts'

/** A principal with all that decides what it may. */
export type KnownPrincipal = {
  readonly id: number
  readonly uuid: string
  readonly kind: PrincipalKind
  readonly name: string
  readonly organization: number
  /** null: not a user, or one who never signed in here. */
  readonly user: number | null
  /** Or none of its credentials is good. */
  readonly isEnabled: boolean
  readonly grants: readonly { readonly role: string; readonly scope: Scope }[]
  /** null: from everywhere. */
  readonly restriction: {
    readonly ranges: readonly string[]
    readonly exclusions: readonly CredentialKind[]
  } | null
}

export type StoredApiKey = {
  readonly id: string
  readonly name: string
  readonly principal: KnownPrincipal
  readonly secretHash: string
  readonly ringVersion: number
  readonly expiresAt: number | null
  readonly isEnabled: boolean
  readonly usedAt: number | null
}

/** An API key that came from a backup. Times are Unix milliseconds. */
export type SuspendedApiKey = {
  readonly id: string
  readonly name: string
  readonly principal: string
  readonly createdAt: number
  readonly usedAt: number | null
  readonly suspendedAt: number
}

export type CredentialStore = {
  listSuspended(organization: number): Promise<readonly SuspendedApiKey[]>
  /** False: there is no such suspended key. */
  release(organization: number, id: string, event: AuditEvent): Promise<boolean>
  /** One read, of the primary: a replica may lag behind a deletion. */
  findApiKey(id: string): Promise<StoredApiKey | null>
  /** A principal by its number, asked of the primary; null: the organization has it no more. */
  findPrincipal(organization: number, id: number): Promise<KnownPrincipal | null>
  /** Which of these are keys that are not suspended; one read, however many they are. */
  knownApiKeys(ids: readonly string[]): Promise<readonly string[]>
  /** Notes a use, unless one of the last minute is noted. */
  recordUse(id: string, now: number): Promise<void>
  /** Records a use after expiry, at most once a minute. */
  recordRefusal(id: string, now: number, event: AuditEvent): Promise<void>
}

export type OwnerGuard = {
  readonly organization: number
  /** The owners' roles that let one say who may come. */
  readonly roles: readonly string[]
  /** The restrictions that are allowed; a principal with another one is shut out. */
  readonly passable: readonly NonNullable<KnownPrincipal['restriction']>[]
}

/** Why a write wrote nothing: a name or a grant that is there already, too many, or what `OwnerGuard` says. */
export type WriteFailure = 'name' | 'grant' | 'limit' | 'last_owner' | 'gone'
