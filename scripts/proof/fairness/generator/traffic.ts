/** A request of a load: plain data, because another process sends it. */
export type LoadRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** A member of the JSON answer whose value the next request carries, as with refresh tokens; `value` is the first one. */
  readonly carries?: { readonly member: string; readonly value: string }
}

export type Traffic = {
  /** Each connection sends its next request when the one before it was answered. */
  readonly connections: number
  /** All connections take from this list in turn, and start again at its end. */
  readonly requests: readonly LoadRequest[]
  /** At most this many requests in all; absent when only the time ends the load. */
  readonly most?: number
  /** How long answers that are under way when the time is over are waited for; absent: they are broken off. */
  readonly patienceMs?: number
}

/** Stands in a body for the carried value. */
export const CARRIED = '{carried}'

export type TrafficReport = {
  readonly seconds: number
  readonly answers: number
  /** Number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Requests whose connection ended before the answer did. */
  readonly broken: number
  /** CPU seconds of the generator per second; 1 is one core. */
  readonly cpuShare: number
  /** The request with the longest wait, answered or not. */
  readonly slowest: { readonly what: string; readonly milliseconds: number } | null
}
