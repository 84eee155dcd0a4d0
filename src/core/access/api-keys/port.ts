import type { AuditEvent } from '../../events/event.ts'
import type { ActorRef } from '../../kernel/cause.ts'
import type { AgePlace, PageAfter } from '../../kernel/fairness/list-slices.ts'
import type { KeyOfPrincipal, Principal } from '../principals/port.ts'

/** A key as it is listed: everything but its secret. */
export type ApiKey = {
  /** 17 lower-case hexadecimal digits. */
  readonly id: string
  readonly organization: number
  /** The number of its principal. */
  readonly principal: number
  readonly name: string
  readonly description: string
  readonly createdAt: number
  /** null when it was made before the creator was recorded. */
  readonly createdBy: ActorRef | null
  readonly expiresAt: number | null
  /** To the minute. */
  readonly usedAt: number | null
  /** Until it is enabled again; null: it is not. */
  readonly disabledAt: number | null
  /** Since a restore, until an operator releases it; null: it is not. */
  readonly suspendedAt: number | null
}

export type ApiKeyState = 'active' | 'expired'

export type ApiKeyQuery = {
  readonly organization: number
  readonly kind?: 'user' | 'service_account' | undefined
  /** The UUID of whose they are. */
  readonly owner?: string | undefined
  readonly state?: ApiKeyState | undefined
  /** Folded substring of the name of its principal. */
  readonly nameContains?: string | undefined
  readonly role?: string | undefined
}

/** One that is disabled, or that a restore suspended, is as good as expired. */
export function apiKeyState(
  { expiresAt, suspendedAt, disabledAt }: Pick<ApiKey, 'expiresAt' | 'suspendedAt' | 'disabledAt'>,
  now: number,
): ApiKeyState {
  if (suspendedAt !== null || disabledAt !== null) return 'expired'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'active'
}

/** Every write is one D1 transaction with its event. */
export type ApiKeyStore = {
  find(organization: number, id: string): Promise<ApiKey | null>
  /** Of a principal, by age. */
  ofPrincipals(principals: readonly number[]): Promise<readonly ApiKey[]>
  /** With whose they are, by age. */
  list(
    query: ApiKeyQuery,
    now: number,
    page: PageAfter<AgePlace>,
  ): Promise<readonly { readonly key: ApiKey; readonly principal: Principal }[]>
  count(query: ApiKeyQuery, now: number): Promise<number>
  create(
    principal: Pick<Principal, 'id' | 'organization'>,
    key: KeyOfPrincipal,
    /** The most that the principal may have. */
    limit: number,
    event: AuditEvent,
  ): Promise<'created' | 'limit'>
  update(
    key: ApiKey,
    change: Partial<Pick<ApiKey, 'name' | 'description' | 'expiresAt' | 'disabledAt'>>,
    event: AuditEvent,
  ): Promise<void>
  remove(key: ApiKey, event: AuditEvent): Promise<void>
}
