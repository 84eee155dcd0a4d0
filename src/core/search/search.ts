import type { ApiClient } from '../access/api-clients/port.ts'
import type { Agent } from '../enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { Profile } from '../enrollment/ledger/profile.ts'
import type { Issuer } from '../issuers/port.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { SizedPage } from '../kernel/fairness/list-slices.ts'

/** `resembles`: equal but for characters that are neither ASCII letters, digits, white space nor one of `_/.-`; of own texts. */
export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'contains' | 'starts' | 'ends' | 'resembles'

/** What is compared: a member of the record, or of what it belongs to. Names come from code, never from a request. */
export type Member = {
  readonly of?: 'profile' | 'key' | 'issuer'
  readonly name: string
  /** How it is compared; `seconds`: Unix milliseconds that are shown as seconds; `decimal`: a number that is kept as a text. */
  readonly kind: 'text' | 'number' | 'boolean' | 'seconds' | 'decimal'
  /** The value of records that have no such member; absent: they have none. */
  readonly byDefault?: boolean
}

export type Condition = { readonly member: Member; readonly operator: Operator; readonly value: string }

export type SearchQuery = {
  readonly organization: number
  readonly dialect: Dialect
  /** All of them hold; at most 20. */
  readonly where: readonly Condition[]
  /** Part of the name (an agent's hostname), in any case; an exact name comes first. */
  readonly text?: string | undefined
  readonly order?: { readonly member: Member; readonly isDescending: boolean } | undefined
  readonly offset: number
  readonly limit: number
}

/** What can be searched so, and what is found. */
export type Searched = {
  readonly profiles: Profile
  readonly keys: EnrollmentKey
  readonly agents: Agent
  readonly issuers: Issuer
  readonly apiClients: ApiClient
}

/** Records by number, ended ones included. @param ledger whose numbers they are; null: D1's */
export type LookUp = <T extends 'profiles' | 'keys' | 'agents' | 'issuers'>(
  table: T,
  organization: number,
  ledger: number | null,
  numbers: readonly number[],
) => Promise<ReadonlyMap<number, Searched[T]>>

/**
 * D1's view: true right after a management call, within a second after a redemption. Ended things are not found. The records
 * of a page are read in slices, since they may be large.
 */
export type Search = <T extends keyof Searched>(
  table: T,
  query: SearchQuery,
) => Promise<SizedPage<Searched[T]>>
