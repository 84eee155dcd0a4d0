/**
 * Why a call did not succeed.
 *
 * - `unreachable`: no whole answer came within 30 seconds
 * - `unexpected`: the answer does not come from Latchkey
 * - `refused`: the server said no; `code` and `requestId` say more
 * - `waiting`: an operator has not decided yet
 * - `not_enrolled`: the state has no agent
 * - `ended`: the agent was revoked, or its tokens were copied
 * - `state_damaged`: what was kept of the agent cannot be read
 * - `token_invalid`: the token does not verify
 */
export type ErrorKind =
  | 'unreachable'
  | 'unexpected'
  | 'refused'
  | 'waiting'
  | 'not_enrolled'
  | 'ended'
  | 'state_damaged'
  | 'token_invalid'

type Detail = {
  readonly status?: number | undefined
  readonly code?: string | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** Never has a secret in its message. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError'
  readonly kind: ErrorKind
  /** Of the HTTP answer, if there was one. */
  readonly status: number | undefined
  /** Of the problem (RFC 9457), such as `unauthorized`. */
  readonly code: string | undefined
  /** With it an operator finds the reason: `latchkey keys explain --request ID`. */
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ErrorKind, message: string, { cause, ...detail }: Detail = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.status = detail.status
    this.code = detail.code
    this.requestId = detail.requestId
    this.retryAfterSeconds = detail.retryAfterSeconds
  }
}

type Answered = {
  /** Of the server, for the message. */
  readonly url: string
  readonly status: number
  /** A header by its name in lower case. */
  header(name: string): string | null
  readonly body: unknown
}

/** What an answer says that is not a good one: a problem (RFC 9457), or an error of OAuth. */
export function errorOf({ url, status, header, body }: Answered): LatchkeyError {
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (name: string) => (typeof problem[name] === 'string' ? problem[name] : undefined)
  const code = text('code') ?? text('error')
  const requestId = text('request_id') ?? header('x-request-id') ?? undefined
  if (code === undefined) {
    const message = `${url} answered ${status}, which is no answer of Latchkey's API: is it another server, or an older version?`
    return new LatchkeyError('unexpected', message, { status, requestId })
  }
  const retryAfterSeconds = header('retry-after') === null ? undefined : Number(header('retry-after'))
  const retry = retryAfterSeconds === undefined ? '' : `; try again in ${retryAfterSeconds} s`
  const said = text('detail') ?? text('error_description') ?? `${url} answered ${status}`
  const message = `${said} (${code}${retry}; request ${requestId ?? 'unknown'})${membersOf(problem.errors)}`
  return new LatchkeyError('refused', message, { status, code, requestId, retryAfterSeconds })
}

/** A line for each member of the request that is bad. */
function membersOf(errors: unknown): string {
  if (!Array.isArray(errors)) return ''
  return errors.map(({ pointer, detail }) => `\n  ${pointer || 'input'}: ${detail}`).join('')
}

/** Of a call of the typed client. */
export function errorOfCall(
  url: string,
  { error, response }: { readonly error?: unknown; readonly response: Response },
): LatchkeyError {
  const { status, headers } = response
  return errorOf({ url, status, header: (name) => headers.get(name), body: error })
}

/** What `fetch` hides in the cause of its error. */
export function unreachable(url: string, error: unknown): LatchkeyError {
  const { name, message, cause } = error as Partial<Error> & { cause?: { code?: string; message?: string } }
  const reason =
    name === 'TimeoutError'
      ? 'no answer in time'
      : (cause?.code ?? cause?.message ?? message ?? String(error))
  return new LatchkeyError('unreachable', `cannot reach ${url}: ${reason}`, { cause: error })
}
