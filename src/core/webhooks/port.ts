import type { AuditEvent, EventType } from '../events/event.ts'
import type { ActorRef } from '../kernel/cause.ts'
import type { OutboundFailure } from '../outbound/port.ts'

/** `gone`: it answered 410. `failing`: every attempt failed for MAX_FAILING_SECONDS. null: an operator did it. */
export type DisabledReason = 'gone' | 'failing'

/** A receiver of an organization's events, without its secrets. */
export type Endpoint = {
  /** A UUID. */
  readonly id: string
  readonly organization: number
  /** https, with neither user name nor password. */
  readonly url: string
  readonly description: string
  /** null: every type. */
  readonly types: readonly EventType[] | null
  readonly isEnabled: boolean
  readonly disabledReason: DisabledReason | null
  /** Until then the secret before the last rotation signs, too; null: there is none. */
  readonly previousUntil: number | null
  /** Events that wait for it. */
  readonly queued: number
  /** Events that did not fit the queue. */
  readonly skipped: number
  /** null: its last attempt succeeded, or there was none. */
  readonly failingSince: number | null
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
}

/** As it is delivered to. Secrets are sealed (secret.ts). */
export type Receiver = Pick<Endpoint, 'id' | 'organization' | 'url' | 'previousUntil' | 'failingSince'> & {
  readonly secret: string
  readonly previousSecret: string | null
  /** Attempts that failed in a row. */
  readonly failures: number
  /** While it fails it is left alone until then. */
  readonly heldUntil: number
}

/** An event on its way to one receiver. */
export type Message = {
  readonly endpoint: string
  /** Orders what one receiver gets. */
  readonly seq: number
  /** Unix milliseconds; 0: at once. */
  readonly dueAt: number
  /** Attempts that were made. */
  readonly attempts: number
  readonly eventId: string
  readonly eventAt: number
  /** null: its organization's retention has removed it. */
  readonly event: AuditEvent | null
}

/** `delivered`: 2xx. `refused`: any other answer. `expired`: the event was removed before it could be sent. */
export const ATTEMPT_OUTCOMES = [
  'delivered',
  'refused',
  'expired',
  'url_refused',
  'unreachable',
  'redirected',
  'timed_out',
  'too_large',
] as const satisfies readonly ('delivered' | 'refused' | 'expired' | OutboundFailure)[]
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number]

export type DeliveryState = 'delivered' | 'retrying' | 'failed'

/** What became of a message: its last attempt. Times are Unix milliseconds. */
export type Delivery = {
  readonly seq: number
  readonly eventId: string
  readonly eventAt: number
  readonly type: EventType
  readonly state: DeliveryState
  readonly attempts: number
  readonly at: number
  readonly outcome: AttemptOutcome
  /** That was answered; null: none. */
  readonly status: number | null
  /** When the next attempt is due; null: none is. */
  readonly nextAt: number | null
}

/** An attempt that was made: what it changes. */
export type Attempt = Omit<Delivery, 'type' | 'eventId' | 'eventAt'> & {
  readonly message: Message
}

/** What the attempts of a round say of their receiver. */
export type ReceiverState = Pick<Receiver, 'failures' | 'failingSince' | 'heldUntil'>

export type EndpointChange = Partial<
  Pick<Endpoint, 'url' | 'description' | 'types' | 'isEnabled' | 'disabledReason'>
> & {
  readonly updatedAt: number
  readonly updatedBy: ActorRef
}

/** Every write is one D1 transaction with its event. */
export type WebhookStore = {
  find(organization: number, id: string): Promise<Endpoint | null>
  /** By age. */
  list(organization: number): Promise<readonly Endpoint[]>
  create(
    endpoint: Omit<Endpoint, 'queued' | 'skipped' | 'previousUntil' | 'failingSince' | 'disabledReason'>,
    sealedSecret: string,
    /** The most that the organization may have. */
    limit: number,
    event: AuditEvent,
  ): Promise<'created' | 'limit'>
  /** False: it is gone. To enable it is to forget its failures. */
  update(endpoint: Endpoint, change: EndpointChange, event: AuditEvent): Promise<boolean>
  /** The secret becomes the previous one. */
  rotate(endpoint: Endpoint, sealedSecret: string, previousUntil: number, event: AuditEvent): Promise<boolean>
  /** What waits for it is removed after it, some at a time. */
  remove(endpoint: Endpoint, event: AuditEvent): Promise<void>
  /** Queues an event for that endpoint alone. */
  sendTest(endpoint: Endpoint, event: AuditEvent): Promise<void>
  /** Newest first. @param before of a smaller `seq`; null: from the newest */
  deliveries(endpoint: string, before: number | null, limit: number): Promise<readonly Delivery[]>
  delivery(endpoint: string, seq: number): Promise<Delivery | null>
  /** Queues the message again. */
  replay(endpoint: Endpoint, delivery: Delivery, event: AuditEvent): Promise<void>

  /** Enabled endpoints, for their deliverer. */
  receivers(organization: number): Promise<readonly Receiver[]>
  /**
   * Some that are due, those that failed before last.
   * @param maxWait what is due later than in so many milliseconds counts as due
   */
  due(endpoint: string, now: number, maxWait: number, atMost: number): Promise<readonly Message[]>
  /** When the next message of the endpoint is due; null: none waits. */
  nextDueAt(endpoint: string): Promise<number | null>
  settle(
    receiver: Receiver,
    attempts: readonly Attempt[],
    state: ReceiverState,
    disabled: { readonly reason: DisabledReason; readonly event: AuditEvent } | null,
  ): Promise<void>
  /** Organizations with an enabled endpoint. */
  organizations(): Promise<readonly number[]>
  /** Deletes what was attempted before, and what waits for endpoints that are gone; returns how much. */
  purge(before: number, atMost: number): Promise<number>
  /** Attempts ever made, by outcome. */
  totals(): Promise<readonly { readonly outcome: AttemptOutcome; readonly n: number }[]>
}

/** One object an organization, which delivers. */
export type WebhookDeliverer = {
  /** Best effort: never throws; a sweep finds what was missed. */
  wake(organization: number): Promise<void>
}

export const MAX_ENDPOINTS = 20
export const MAX_QUEUED = 100_000
/** Of an endpoint, the most that are kept. */
export const MAX_DELIVERIES = 100_000
export const DELIVERY_SECONDS = 7 * 86_400
