import type { WebhookStore } from '../../webhooks/port.ts'
import type { DeploymentStore, LedgerCount } from '../port.ts'
import type { Meter } from './meter.ts'

/** What is known of the deployment as a whole. Nothing of it names an organization, a key or an address. */
export type Metrics = ReturnType<Meter['read']> & {
  /** What the ledgers counted since they were made, as far as D1 has it. */
  readonly counts: readonly LedgerCount[]
  /** Age of the oldest change that D1 refuses to take; 0: nothing is stuck. */
  readonly oldestOutboxSeconds: number
  /** Changes that D1 refused for good. */
  readonly deadRows: number
  /** The size of D1; null: unknown. */
  readonly databaseBytes: number | null
  /** Attempts to deliver events to webhooks, by outcome. */
  readonly webhookAttempts: Awaited<ReturnType<WebhookStore['totals']>>
  /** Live credentials in D1, by kind and by version of the ring. */
  readonly credentials: Readonly<Record<string, Readonly<Record<number, number>>>>
}

type Stored = Pick<
  Metrics,
  'counts' | 'oldestOutboxSeconds' | 'deadRows' | 'databaseBytes' | 'webhookAttempts'
>

/** Reads the metrics; rejects where D1 does not answer. */
export type ReadMetrics = () => Promise<Metrics>

/** A scraper that asks more often gets what an isolate has. Of two isolates a later answer is never the older one, if it comes as long after. */
const CACHED_MILLISECONDS = 15_000
/** They change when the keyring is rotated, and counting them reads each. */
const CREDENTIALS_CACHED_MILLISECONDS = 5 * 60_000

type Sources = {
  readonly now: () => number
  readonly meter: Meter
  readonly deployment: Pick<DeploymentStore, 'counts' | 'credentials'>
  readonly webhooks: Pick<WebhookStore, 'totals'>
  readonly catalogue: {
    outboxHealth(): Promise<{
      readonly oldestAt: number | null
      readonly dead: number
      readonly databaseBytes: number | null
    }>
  }
}

export function createMetrics({ now, meter, deployment, catalogue, webhooks }: Sources): ReadMetrics {
  const stored = remembered(now, CACHED_MILLISECONDS, async (): Promise<Stored> => {
    const counts = await deployment.counts()
    const { oldestAt, dead, databaseBytes } = await catalogue.outboxHealth()
    const oldestOutboxSeconds = oldestAt === null ? 0 : Math.max(0, Math.round((now() - oldestAt) / 1_000))
    const webhookAttempts = await webhooks.totals()
    return { counts, oldestOutboxSeconds, deadRows: dead, databaseBytes, webhookAttempts }
  })
  const credentials = remembered(now, CREDENTIALS_CACHED_MILLISECONDS, () => deployment.credentials(now()))
  return async () => ({ ...(await stored()), credentials: await credentials(), ...meter.read() })
}

/** What was read, for that long after it was asked for. Two that ask meanwhile both read: a request may not wait for another's. */
function remembered<T>(now: () => number, milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly value: T; readonly askedAt: number } | null = null
  return async () => {
    const askedAt = now()
    if (last !== null && askedAt - last.askedAt < milliseconds) return last.value
    const value = await read()
    if (last === null || last.askedAt <= askedAt) last = { value, askedAt }
    return value
  }
}
