/** Requests that this deployment makes to servers of others: issuers of identities, receivers of webhooks. */

/** Nothing that could carry a credential of this deployment. */
export type OutboundHeader = 'accept' | 'content-type' | `webhook-${string}`

export type OutboundRequest = {
  readonly method: 'GET' | 'POST'
  /** Absolute. It may come from an operator, so that it is judged when it is used: only https is sent. */
  readonly url: string
  readonly headers?: readonly (readonly [name: OutboundHeader, value: string])[]
  readonly body?: string
  /** For the whole of the answer; OUTBOUND_SECONDS unless it says otherwise. */
  readonly seconds?: number
}

export type OutboundFailure =
  /** Not https, or with a user name or password. */
  | 'url_refused'
  /** No answer, or the address is not a public one. */
  | 'unreachable'
  /** Any answer of 3xx: another address would have to be checked again. */
  | 'redirected'
  /** Later than it may be, the body included. */
  | 'timed_out'
  /** More than OUTBOUND_BYTES. */
  | 'too_large'

export type OutboundResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly failure: OutboundFailure }

/** Never rejects for what the other server does. */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResult>

export const OUTBOUND_SECONDS = 3
export const OUTBOUND_BYTES = 64 * 1024
