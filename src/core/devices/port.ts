import type { AuditEvent } from '../events/event.ts'
import type { SizedPage } from '../kernel/fairness/list-slices.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { AlertSeverity } from './delivery.ts'

/** What devices speak of: a machine, a sensor. */
export type Thing = {
  readonly key: string
  readonly organization: number
  readonly name: string
  readonly description: string
  /** What else its device registered; the dialect's own members. */
  readonly facts: JsonObject
  /** Of the pair that wrote of it last; null: none did. */
  readonly accessKey: string | null
  /** Unix milliseconds, as every `…At`. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly seenAt: number | null
}

export type DeviceEvent = {
  readonly thing: string
  readonly accessKey: string
  /** By the device's clock. */
  readonly at: number
  readonly receivedAt: number
  readonly data: JsonObject
}

export type Alert = Omit<DeviceEvent, 'data'> & {
  readonly key: string
  readonly severity: AlertSeverity
  readonly text: string
  readonly data: JsonObject
  /** The key of the instruction that it answers. */
  readonly instruction: string | null
}

/** What an operator wants of a thing; its device answers with alerts. */
export type Instruction = {
  readonly key: string
  readonly organization: number
  readonly thing: string
  /** The pair on whose topic it is. */
  readonly accessKey: string
  readonly body: JsonObject
  readonly createdAt: number
}

export type Paging = { readonly offset: number; readonly limit: number }

/** Folded substrings; all of them or any. */
export type WordSearch = { readonly words: readonly string[]; readonly scope: 'all' | 'any' }

export type ThingQuery = {
  readonly organization: number
  /** Only these. */
  readonly keys?: readonly string[] | undefined
  /** In key or name, or in a fact of one of these names. */
  readonly search?: (WordSearch & { readonly facts: readonly string[] }) | undefined
  /** Whether a fact is `true`. */
  readonly flag?: { readonly fact: string; readonly isSet: boolean } | undefined
  readonly isDescending?: boolean | undefined
}

/** What is absent stays, each fact by itself. */
export type ThingChange = Partial<Pick<Thing, 'name' | 'description' | 'facts'>>

/** Of one thing, or of the whole organization; newest first, unless it says otherwise. */
export type MessageQuery = {
  readonly organization: number
  readonly thing?: string | undefined
  readonly isOldestFirst?: boolean | undefined
  /** Received at or after, and before. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export type AlertQuery = MessageQuery & {
  readonly severities?: readonly AlertSeverity[] | undefined
  /** The key of the instruction that they answer. */
  readonly instruction?: string | undefined
  /** In the key, the thing's key or the text. */
  readonly search?: WordSearch | undefined
}

export type InstructionQuery = Omit<MessageQuery, 'since' | 'until'> & {
  /** In the key, or the thing's key. */
  readonly search?: WordSearch | undefined
}

/** D1's view of what devices wrote: within a second after they did. */
export type DeviceStore = {
  /** Which of these the organization has. */
  knownThings(organization: number, keys: readonly string[]): Promise<readonly string[]>
  findThing(organization: number, key: string): Promise<Thing | null>
  listThings(query: ThingQuery, page: Paging): Promise<SizedPage<Thing>>
  /** No more than that. */
  countThings(organization: number, atMost: number): Promise<number>
  /** false: the organization has one of that key. */
  createThing(thing: Thing, event: AuditEvent): Promise<boolean>
  /** null when it no longer exists. */
  changeThing(
    organization: number,
    key: string,
    change: ThingChange,
    now: number,
    event: AuditEvent,
  ): Promise<Thing | null>
  /** Whether it was there. */
  removeThing(organization: number, key: string, event: AuditEvent): Promise<boolean>
  listEvents(query: MessageQuery & { readonly thing: string }, page: Paging): Promise<SizedPage<DeviceEvent>>
  countAlerts(query: AlertQuery): Promise<number>
  listAlerts(query: AlertQuery, page: Paging): Promise<SizedPage<Alert>>
  listInstructions(query: InstructionQuery, page: Paging): Promise<SizedPage<Instruction>>
  /**
   * Those of all organizations after a place, in the order in which they were given, and the place of the last; null: only
   * the place where the next ones will be.
   */
  instructionsAfter(
    place: number | null,
    atMost: number,
  ): Promise<{
    readonly place: number
    readonly given: readonly { readonly instruction: Instruction; readonly thing: Thing }[]
  }>
  createInstruction(instruction: Instruction, event: AuditEvent): Promise<void>
  /** Deletes what was received before; at most some at a time. Returns how many rows it deleted. */
  forgetBefore(receivedAt: number, atMost: number): Promise<number>
}

/** A secret never changes, so it may be remembered; whether it still counts is asked each time. */
export type DeviceKey = { readonly organization: number; readonly key: CryptoKey }
