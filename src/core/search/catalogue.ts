import type { Agent, AgentState } from '../enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { GrantedLabel, Profile } from '../enrollment/ledger/profile.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'
import type { AgentName, EntityId } from '../kernel/ids.ts'
import type { Page } from '../kernel/page.ts'

/** Where a profile stands: by its name, too, when exact names come first. */
export type ProfilePlace = EntityId & { readonly name?: string }

export type ProfileQuery = {
  readonly organization: number
  readonly dialect?: Dialect | undefined
  /** Folded substrings. */
  readonly nameContains?: string | undefined
  readonly descriptionContains?: string | undefined
  /** Members of `attributes` that equal a text. */
  readonly attributes?: Readonly<Record<string, string>> | undefined
  readonly attributeStarts?: Readonly<Record<string, string>> | undefined
  /** Members of what it grants that equal a text. */
  readonly values?: Readonly<Record<string, string>> | undefined
  /** Any of these sets of label ids, all of a set. */
  readonly labels?: readonly (readonly string[])[] | undefined
  /** As `labels`, and on top of them: what the caller may see. */
  readonly within?: readonly (readonly string[])[] | undefined
  /** The order of a list that is paged; absent: a profile whose name is exactly the wanted one comes first. */
  readonly order?: 'number' | undefined
}

/** A member of an agent's record. */
export type AgentMember =
  | { readonly of: 'facts' | 'attributes' | 'values'; readonly name: string }
  /** Unix milliseconds. */
  | 'seenAt'

/** What is asked of an agent besides. A member that is absent, or null, passes only what says what it counts as. */
export type AgentCondition =
  /** @property absent what an absent member counts as */
  | {
      readonly kind: 'one_of'
      readonly member: AgentMember
      readonly values: readonly (string | number | boolean)[]
      readonly absent?: string | number | boolean
    }
  /** Folded substring. @property folded a member that has the text folded; without it only ASCII is */
  | {
      readonly kind: 'contains'
      readonly member: AgentMember
      readonly text: string
      readonly folded?: AgentMember
    }
  /** Folded substring of a member of any item of a list. */
  | {
      readonly kind: 'item_contains'
      readonly list: AgentMember
      readonly name: string
      readonly text: string
    }
  /** Both ends are included. */
  | {
      readonly kind: 'between'
      readonly member: AgentMember
      readonly least?: number | undefined
      readonly most?: number | undefined
    }
  /** A text of numbers between dots and dashes, such as `21.5.20-8451`, compared number by number; others do not pass. */
  | {
      readonly kind: 'version'
      readonly member: AgentMember
      readonly least?: readonly number[] | undefined
      readonly most?: readonly number[] | undefined
    }
  /** Any of these lists, of which an agent passes all. */
  | { readonly kind: 'any'; readonly of: readonly (readonly AgentCondition[])[] }

export type AgentQuery = {
  readonly organization: number
  readonly dialect?: Dialect | undefined
  readonly key?: EntityId | undefined
  readonly profile?: EntityId | undefined
  readonly state?: AgentState | undefined
  /** Enrolled at or after, and before; Unix milliseconds. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Folded substring. */
  readonly hostnameContains?: string | undefined
  /** Folded substring of the hostname, or of that member of `attributes`, which is folded too. */
  readonly nameContains?: { readonly text: string; readonly attribute: string } | undefined
  /** Members of `attributes` that equal a text; null: those that are absent. */
  readonly attributes?: Readonly<Record<string, string | null>> | undefined
  /** The one of that id alone. */
  readonly id?: AgentName | undefined
  /** All of them. */
  readonly where?: readonly AgentCondition[] | undefined
  /** Any of these sets of label ids, all of a set; a label that was granted by its value counts too. */
  readonly labels?: readonly (readonly string[])[] | undefined
}

/** @property key that one alone @property profile keys of that one */
export type HoldingQuery = {
  readonly organization: number
  readonly key?: EntityId | undefined
  readonly profile?: EntityId | undefined
}

/** What lists say of the keys and profiles that their rows belong to; by the text of their id (formatId), ended ones included. */
export type Names = {
  readonly keys: ReadonlyMap<string, { readonly name: string; readonly maxUses: number | null }>
  readonly profiles: ReadonlyMap<string, { readonly name: string }>
}

/** The first rows of a list, and how many all of it has. */
export type Begun<Row> = { readonly rows: readonly Row[]; readonly total: number }

/** D1's view of what ledgers hold: true right after a management call, within a second after a redemption. */
export type Catalogue = {
  listProfiles(query: ProfileQuery, page: PageAfter<ProfilePlace>): Promise<readonly Profile[]>
  countProfiles(query: ProfileQuery): Promise<number>
  /** `listProfiles` from the first one, and `countProfiles`; by one call, where a total is kept. */
  beginProfiles(query: ProfileQuery, limit: number): Promise<Begun<Profile>>
  /** One statement, however many they are. */
  namesOf(
    organization: number,
    of: { readonly keys: readonly EntityId[]; readonly profiles: readonly EntityId[] },
  ): Promise<Names>
  /** Keys of which uses are held. */
  listHoldingKeys(query: HoldingQuery, page: Page): Promise<readonly EnrollmentKey[]>
  /** Keys that may still be redeemed at `now`; counts no further than `atMost`. */
  countLiveKeys(organization: number, dialect: Dialect, now: number, atMost: number): Promise<number>
  listAgents(query: AgentQuery, page: Page): Promise<readonly Agent[]>
  /** Active ones, the first of each profile. */
  listAgentsOfProfiles(
    query: {
      readonly organization: number
      readonly dialect: Dialect
      readonly ledger: number
      readonly profiles: readonly number[]
    },
    atMost: number,
  ): Promise<readonly Agent[]>
  countAgents(query: AgentQuery): Promise<number>
  /** As `beginProfiles`. */
  beginAgents(query: AgentQuery, limit: number): Promise<Begun<Agent>>
  /** Each label that an active agent has, once or more often. */
  labelsOfAgents(organization: number): Promise<readonly GrantedLabel[]>
  /** Each label that a profile grants. */
  labelsOfProfiles(organization: number): Promise<readonly GrantedLabel[]>
  /** Since when a ledger of the organization has something that D1 refused; null: none has. */
  oldestStuck(organization: number): Promise<number | null>
  /** For `/healthz`. */
  outboxHealth(): Promise<{
    /** null: nothing is stuck. */
    readonly oldestAt: number | null
    readonly dead: number
    /** The size of D1; null: the runtime does not know it. */
    readonly databaseBytes: number | null
  }>
  /** For `/healthz`: when the last clock that is ahead of the wall clock agrees with it (core/steady-clock.ts); null: all do. */
  clocksAgreeAt(wall: number): Promise<number | null>
}
