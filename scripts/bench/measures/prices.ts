/**
 * Dollars on Workers Paid beyond what the plan includes. Those of objects were read on Cloudflare's own page, the others on
 * pages that cite it: before you rely on them, compare developers.cloudflare.com/workers/platform/pricing,
 * …/durable-objects/platform/pricing and …/d1/platform/pricing.
 */
export const PRICES_AS_OF = '2026-11'

const MILLION = 1_000_000
const PRICES = {
  request: 0.3 / MILLION,
  cpuMs: 0.02 / MILLION,
  objectRequest: 0.15 / MILLION,
  objectGigabyteSecond: 12.5 / MILLION,
  rowRead: 0.001 / MILLION,
  rowWritten: 1 / MILLION,
  ledgerGigabyteMonth: 0.2,
  databaseGigabyteMonth: 0.75,
} as const

/** An object is billed for this much memory while it is active, whatever it uses. */
const OBJECT_GIGABYTES = 0.128

/** What one of something uses. */
export type Consumption = {
  readonly cpuMs: number
  /** Calls and alarms. */
  readonly objectRequests: number
  readonly activeMs: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

export function dollarsPerMillion(consumption: Consumption): Readonly<Record<string, number>> {
  const { cpuMs, objectRequests, activeMs, rowsRead, rowsWritten } = consumption
  return {
    'Worker requests': MILLION * PRICES.request,
    'Worker CPU': MILLION * cpuMs * PRICES.cpuMs,
    'object requests': MILLION * objectRequests * PRICES.objectRequest,
    'object duration': MILLION * (activeMs / 1_000) * OBJECT_GIGABYTES * PRICES.objectGigabyteSecond,
    'rows read': MILLION * rowsRead * PRICES.rowRead,
    'rows written': MILLION * rowsWritten * PRICES.rowWritten,
  }
}

/** For keeping the state of a million, each month. */
export function dollarsPerMillionMonth(bytes: {
  readonly ledger: number
  readonly database: number
}): number {
  const gigabytes = (each: number) => (each * MILLION) / 1e9
  return (
    gigabytes(bytes.ledger) * PRICES.ledgerGigabyteMonth +
    gigabytes(bytes.database) * PRICES.databaseGigabyteMonth
  )
}
