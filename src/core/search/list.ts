/** How profiles, keys and agents of any dialect are listed together: filters, one order, and pages after a place. */
import type { Agent, AgentState } from '../enrollment/ledger/agent.ts'
import type { EnrollmentKey, KeyState } from '../enrollment/ledger/key.ts'
import type { Profile } from '../enrollment/ledger/profile.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { SizedPage } from '../kernel/fairness/list-slices.ts'
import type { EntityId } from '../kernel/ids.ts'

export type Listed = {
  readonly profiles: Profile
  readonly keys: EnrollmentKey
  readonly agents: Agent
}

/** By what each can be sorted. The name of an agent is its hostname, and it was last used when it was last seen. */
export const SORTS = {
  profiles: ['name', 'created_at', 'last_used_at'],
  keys: ['name', 'created_at', 'expires_at', 'last_used_at'],
  agents: ['name', 'created_at', 'last_used_at'],
} as const

/** When a key expires that does not: behind all others. */
export const NEVER = Number.MAX_SAFE_INTEGER

export type Sort<T extends keyof Listed = keyof Listed> = (typeof SORTS)[T][number]

/** A tag that a thing has; value undefined: with any value. */
export type TagFilter = { readonly name: string; readonly value?: string | undefined }

/** What each filter leaves; all of them hold. */
type CommonFilters = {
  readonly dialect?: Dialect | undefined
  /** Folded parts of the name. */
  readonly nameParts?: readonly string[] | undefined
  readonly tags?: readonly TagFilter[] | undefined
  /** Last used at or after; Unix milliseconds. */
  readonly usedSince?: number | undefined
}

export type ListFilters = {
  readonly profiles: CommonFilters & {
    readonly isEnabled?: boolean | undefined
    /** Any of these sets of label ids, all of a set: what the caller may see. */
    readonly within?: readonly (readonly string[])[] | undefined
  }
  readonly keys: CommonFilters & {
    readonly profile?: EntityId | undefined
    /** `usable`: neither off, nor spent, nor expired, whatever it waits for; decoys are not. */
    readonly state?: KeyState | 'usable' | undefined
    readonly expiresBefore?: number | undefined
    /** Also keys that only report who tries them. */
    readonly withDecoys: boolean
  }
  readonly agents: CommonFilters & {
    readonly profile?: EntityId | undefined
    readonly key?: EntityId | undefined
    readonly state?: AgentState | undefined
    /** Enrolled at or after, and before. */
    readonly since?: number | undefined
    readonly until?: number | undefined
  }
}

export type Order<T extends keyof Listed = keyof Listed> = {
  readonly by: Sort<T>
  readonly isDescending: boolean
}

/**
 * Where a row stands in a list, in the list's own terms. It is JSON, and good for the same filters and order only.
 */
export type ListPlace = readonly (string | number)[]

export type ListQuery<T extends keyof Listed> = ListFilters[T] & {
  readonly organization: number
  /** For the states of keys; Unix milliseconds. */
  readonly now: number
  /** Absent: whichever is read fastest, and the same for the same filters. */
  readonly order?: Order<T> | undefined
}

export type ListPage = {
  readonly after: ListPlace | null
  readonly limit: number
  /** Whether all rows that pass are counted, too. */
  readonly isCounted: boolean
}

/** A page, of which the rows are read in slices. */
export type FoundPage<Row> = Pick<SizedPage<Row>, 'bytes' | 'read'> & {
  /** Of the last row; null: there are no more. */
  readonly next: ListPlace | null
  /** null: not asked for. */
  readonly total: number | null
}

/** As a caller gets it. @property asOf up to when everything is in it; Unix milliseconds */
export type ListedPage<Row> = FoundPage<Row> & { readonly asOf: number }

/** D1's view: true right after a management call, within a second after a redemption. */
export type List = <T extends keyof Listed>(
  table: T,
  query: ListQuery<T>,
  page: ListPage,
) => Promise<FoundPage<Listed[T]>>
