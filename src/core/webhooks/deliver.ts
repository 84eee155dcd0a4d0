/** Brings an organization's events to its receivers: at least once, each receiver by itself. */
import type { AuditEvent } from '../events/event.ts'
import type { Json } from '../kernel/json.ts'
import { eventId } from '../kernel/time/event-id.ts'
import type { OutboundResult } from '../outbound/port.ts'
import type { Ports } from '../ports.ts'
import { messageId } from './manage.ts'
import type { Attempt, DisabledReason, Message, Receiver, ReceiverState } from './port.ts'
import {
  isHeld,
  MAX_WAIT_MILLISECONDS,
  messagesAtOnce,
  nextAttemptAt,
  reasonToDisable,
  stateAfter,
} from './schedule.ts'
import { secretContext, signatures } from './signature.ts'

const ATTEMPT_SECONDS = 15
/** Attempts of one receiver at a time. */
const LANES = 8
/** Events that nothing announces, such as those of D1's own changes, are found after this. */
const POLL_MILLISECONDS = 10_000
const GONE = 410

/** What of an event a receiver gets: as `GET /v1/events` shows it. */
export type EventFormat = (event: AuditEvent) => Readonly<Record<string, unknown>>

type DeliveryPorts = Pick<Ports, 'now' | 'random' | 'keyring' | 'outbound' | 'webhooks'>

export type Deliveries = {
  /** Sees to it that what is due is on its way. In how many milliseconds it has to be called again; null: there is no receiver. */
  pump(organization: number): Promise<number | null>
}

/** What pumps. */
export type Pump = {
  /** Keeps it while it is at work. */
  readonly keep: (work: Promise<void>) => void
  /** Something is due in so many milliseconds. */
  readonly soon: (milliseconds: number) => void
  /** A receiver's queue could not be read or written: the next call tries again. */
  readonly failed: (error: unknown) => void
}

export function createDeliveries(
  ports: DeliveryPorts,
  format: EventFormat,
  { keep, soon, failed }: Pump,
): Deliveries {
  /** By receiver: whether something may have come since it was last asked what is due. */
  const running = new Map<string, { isAsked: boolean }>()

  return {
    async pump(organization) {
      const receivers = await ports.webhooks.receivers(organization)
      for (const { id } of receivers) {
        const run = running.get(id)
        if (run) run.isAsked = true
        else keep(begin(organization, id))
      }
      return receivers.length === 0 ? null : POLL_MILLISECONDS
    },
  }

  /** A receiver that is slow keeps none but itself waiting. Never rejects. */
  async function begin(organization: number, id: string): Promise<void> {
    const run = { isAsked: false }
    running.set(id, run)
    try {
      do {
        run.isAsked = false
        while ((await deliverDue(ports, organization, id, format)) > 0) {}
      } while (run.isAsked)
      const wait = await nextWait(ports, organization, id)
      if (wait !== null && wait < POLL_MILLISECONDS) soon(wait)
    } catch (error) {
      failed(error)
    } finally {
      running.delete(id)
    }
  }
}

/** Attempts some of what is due. Returns how many. */
export async function deliverDue(
  ports: DeliveryPorts,
  organization: number,
  id: string,
  format: EventFormat,
): Promise<number> {
  const now = ports.now()
  const receiver = (await ports.webhooks.receivers(organization)).find((one) => one.id === id)
  if (!receiver || isHeld(receiver, now)) return 0
  const messages = await ports.webhooks.due(id, now, MAX_WAIT_MILLISECONDS, messagesAtOnce(receiver))
  if (messages.length === 0) return 0
  const secrets = await secretsOf(ports, receiver, now)
  const attempts: Attempt[] = []
  const waiting = [...messages]
  const isGone = () => attempts.some(({ status }) => status === GONE)
  const lane = async () => {
    for (let next = waiting.shift(); next && !isGone(); next = waiting.shift()) {
      attempts.push(await attempt(ports, receiver, secrets, next, format))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await settle(ports, receiver, attempts, isGone())
  return attempts.length
}

async function nextWait(ports: DeliveryPorts, organization: number, id: string): Promise<number | null> {
  const receiver = (await ports.webhooks.receivers(organization)).find((one) => one.id === id)
  const dueAt = receiver ? await ports.webhooks.nextDueAt(id) : null
  if (!receiver || dueAt === null) return null
  const now = ports.now()
  return Math.max(0, (isHeld(receiver, now) ? Math.max(dueAt, receiver.heldUntil) : dueAt) - now)
}

/** Those that sign, opened. */
async function secretsOf(
  ports: DeliveryPorts,
  { id, secret, previousSecret, previousUntil }: Receiver,
  now: number,
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const keyring = await ports.keyring()
  const isBoth = previousSecret !== null && previousUntil !== null && now < previousUntil
  const sealed = isBoth ? [secret, previousSecret] : [secret]
  return Promise.all(
    sealed.map(async (one) => {
      const opened = await keyring.open(secretContext(id), one)
      if (opened === null) throw new Error('the secret of a webhook does not open')
      return new Uint8Array(opened)
    }),
  )
}

/** One request, signed for this attempt: a receiver refuses a timestamp that is old. */
async function attempt(
  ports: DeliveryPorts,
  { url }: Receiver,
  secrets: readonly Uint8Array<ArrayBuffer>[],
  message: Message,
  format: EventFormat,
): Promise<Attempt> {
  const attempts = message.attempts + 1
  const about = { message, seq: message.seq, attempts }
  if (message.event === null) {
    return { ...about, at: ports.now(), state: 'failed', outcome: 'expired', status: null, nextAt: null }
  }
  const { type, at: eventAt } = message.event
  const id = messageId(message.eventId)
  const data = { ...format(withoutClaims(message.event)), seq: message.seq }
  const body = JSON.stringify({ type, timestamp: new Date(eventAt).toISOString(), data })
  const timestamp = Math.floor(ports.now() / 1_000)
  const result = await ports.outbound({
    method: 'POST',
    url,
    headers: [
      ['content-type', 'application/json'],
      ['webhook-id', id],
      ['webhook-timestamp', String(timestamp)],
      ['webhook-signature', await signatures(secrets, { id, timestamp, body })],
    ],
    body,
    seconds: ATTEMPT_SECONDS,
  })
  const at = ports.now()
  const status = result.kind === 'answered' ? result.status : null
  const outcome = outcomeOf(result)
  if (outcome === 'delivered') return { ...about, at, state: 'delivered', outcome, status, nextAt: null }
  const [random = 0] = ports.random(1)
  const nextAt = nextAttemptAt(attempts, at, random / 255)
  return { ...about, at, state: nextAt === null ? 'failed' : 'retrying', outcome, status, nextAt }
}

/** What a machine's platform says of it is for the organization's own audit. */
function withoutClaims(event: AuditEvent): AuditEvent {
  const { identity: _, ...detail } = event.detail
  return { ...event, detail }
}

function outcomeOf(result: OutboundResult): Attempt['outcome'] {
  if (result.kind === 'failed') return result.failure
  return result.status >= 200 && result.status < 300 ? 'delivered' : 'refused'
}

async function settle(
  ports: DeliveryPorts,
  receiver: Receiver,
  attempts: readonly Attempt[],
  isGone: boolean,
): Promise<void> {
  const now = ports.now()
  const results = attempts.flatMap(({ outcome }) => (outcome === 'expired' ? [] : [outcome === 'delivered']))
  const { failures, failingSince, heldUntil } = receiver
  const state = stateAfter({ failures, failingSince, heldUntil }, results, now)
  const reason = reasonToDisable(state, isGone, now)
  const disabled = reason && { reason, event: disabledEvent(receiver, reason, state, now) }
  await ports.webhooks.settle(receiver, attempts, state, disabled)
}

function disabledEvent(
  { id, organization, url }: Receiver,
  reason: DisabledReason,
  { failures }: ReceiverState,
  at: number,
): AuditEvent {
  return {
    id: eventId(at),
    organization,
    at,
    type: 'webhook.disable',
    isSuccess: true,
    cause: { actor: { kind: 'system' }, request: { id: '', method: '', path: '', address: null } },
    subject: { kind: 'webhook', id, name: new URL(url).host },
    detail: { reason, failures } satisfies Readonly<Record<string, Json>>,
  }
}
