/** How D1 and Durable Objects end the message of a write or read that the disk refused, such as "…: SQLITE_FULL". */
const DISK_CODE = /: (SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB))/
/** A database, or an account, that has all that Cloudflare allows it. */
const FULL = /^(?:D1_ERROR: )?Exceeded maximum (?:DB size|account storage)/
/** How the runtime reports a failure of its own, such as a database that cannot be opened: the cause is in its log. */
const RUNTIME_FAILURE = /^(?:D1_ERROR: )?internal error; reference ?=/
/** The same of D1 on Cloudflare (https://developers.cloudflare.com/d1/observability/debug-d1/). */
const DATABASE_FAILURE =
  /^(?:D1_ERROR: )?(?:D1 DB|Internal error (?:in|while starting up) D1 DB|Cannot resolve D1 DB|Network connection lost)/

/**
 * Why storage failed, in a word for the log; null where that is not what happened. Only the innermost cause counts, since
 * an error around it quotes the query, and with it what a client sent.
 */
export function storageFailureOf(error: unknown): string | null {
  const { cause, message, durableObjectReset, overloaded } = (error ?? {}) as {
    readonly cause?: unknown
    readonly message?: unknown
    readonly durableObjectReset?: unknown
    readonly overloaded?: unknown
  }
  if (cause instanceof Error) return storageFailureOf(cause)
  const text = typeof message === 'string' ? message : ''
  const code = DISK_CODE.exec(text)?.[1]
  if (code !== undefined) return code
  if (FULL.test(text)) return 'full'
  if (overloaded === true) return 'overloaded'
  // An object whose write failed starts again.
  if (durableObjectReset === true) return 'runtime'
  return RUNTIME_FAILURE.test(text) || DATABASE_FAILURE.test(text) ? 'runtime' : null
}
