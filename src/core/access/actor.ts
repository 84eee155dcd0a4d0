import type { PrincipalKind } from '../kernel/cause.ts'
import type { Permission } from './permission.ts'
/** How a caller can authenticate. */
export type CredentialKind = 'api_key' | 'session' | 'api_token' | 'key_pair'

/** The labels, by id, all of which a thing must have, or a profile (scope.ts); none: everywhere. */
export type Scope = readonly string[]

/** An authenticated principal in one of its organizations. */
export type Actor = {
  readonly principal: number
  readonly kind: PrincipalKind
  /** Its public id: a user's number, any other principal's UUID. */
  readonly publicId: string
  readonly name: string
  readonly organization: number
  /** What it came by. Of a session the id is the keyed hash of its token. */
  readonly by: { readonly kind: CredentialKind; readonly id: string }
  /** As `dialect:role`. */
  readonly roles: readonly string[]
  /** What it may do, somewhere at least. */
  readonly permissions: ReadonlySet<Permission>
  /** Permissions that it has within some labels only: any of the scopes. */
  readonly scopes: ReadonlyMap<Permission, readonly Scope[]>
}
