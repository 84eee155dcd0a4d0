import type { AuditEvent } from '../../events/event.ts'
import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'

/** A program that signs in to a management API. */
export type ApiClientRecord = {
  /** Of its principal. */
  readonly uuid: string
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  /** As it names itself when it signs in. */
  readonly clientId: string
  readonly isEnabled: boolean
  readonly role: string
  readonly tokenLifetimeSeconds: number
  /** SPKI, PEM: with its private key the client may sign assertions (RFC 7523) instead of showing its secret. */
  readonly publicKey: string | null
  readonly attributes: JsonObject
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
}

/** Its id is its principal's. */
export type ApiClient = ApiClientRecord & { readonly id: number }

/** Refused (`last`) unless another client that is enabled has one of these roles. */
export type KeepOne = { readonly roles: readonly string[] }

export type SecretHash = { readonly hash: string; readonly ringVersion: number }

export type ApiClientStore = {
  /** By its own name, or by id; the primary's word. */
  findByClientId(
    clientId: string,
  ): Promise<{ readonly client: ApiClient; readonly secret: SecretHash } | null>
  find(organization: number, id: number): Promise<ApiClient | null>
  /** @param event its subject gets the number that the client gets */
  add(record: ApiClientRecord, secret: SecretHash, event: AuditEvent): Promise<ApiClient>
  /** `outdated`: it was deleted or changed meanwhile. */
  change(
    before: ApiClient,
    after: ApiClientRecord,
    keep: KeepOne | null,
    event: AuditEvent,
  ): Promise<ApiClient | 'outdated' | 'last'>
  remove(
    client: ApiClient,
    now: number,
    keep: KeepOne | null,
    event: AuditEvent,
  ): Promise<'gone' | 'outdated' | 'last'>
  /** What a token stands for, unless it was signed out; may be as old as SIGN_IN_STALENESS_SECONDS. */
  session(token: { readonly id: string; readonly clientId: string }): Promise<ApiClient | null>
  signOut(token: { readonly id: string; readonly expiresAt: number }, event: AuditEvent): Promise<void>
  /** Deletes sign-outs of tokens that have expired, at most `atMost`; returns how many. */
  purge(now: number, atMost: number): Promise<number>
  /** For sign-ins that succeeded, failed, or ended: they change nothing else. */
  record(event: AuditEvent): Promise<void>
}

/** So long an isolate may believe what it last read of a client and of a token. */
export const SIGN_IN_STALENESS_SECONDS = 10

export type NewApiClient = Pick<
  ApiClientRecord,
  | 'uuid'
  | 'dialect'
  | 'name'
  | 'clientId'
  | 'isEnabled'
  | 'role'
  | 'tokenLifetimeSeconds'
  | 'publicKey'
  | 'attributes'
>
