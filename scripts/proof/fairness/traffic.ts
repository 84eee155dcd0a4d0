/** What a load sends: plain data, because another process sends it. */
export type LoadRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * A member of the JSON answer whose value takes the place of the value in `carried` when the request is sent again,
   * as each refresh token takes the place of the one before it.
   */
  readonly carries?: { readonly member: string; readonly value: string }
}

export type Traffic = {
  /** Each sends its next request when the one before it was answered. */
  readonly connections: number
  /** Sent in turns by all connections, from the first again after the last. */
  readonly requests: readonly LoadRequest[]
  /** No more than this many in all; absent: for as long as the load lasts. */
  readonly most?: number
}

/** Stands in a body for the value that the request carries. */
export const CARRIED = '{carried}'

export type TrafficReport = {
  readonly seconds: number
  readonly answers: number
  /** Status → how many answers had it. */
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that ended before the answer did. */
  readonly broken: number
  /** CPU seconds of the generator for each second: 1 is one core. */
  readonly cpuShare: number
  /** The request that waited longest, answered or not. */
  readonly slowest: { readonly what: string; readonly milliseconds: number } | null
}
