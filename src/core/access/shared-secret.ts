import { equalBytes, utf8 } from '../kernel/encoding.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'

/** Of a secret that a deployment shares with a caller. */
const MIN_SHARED_SECRET_BYTES = 32

/** Whether a caller knows it. Where none is set, or a short one, what it lets in to does not exist. */
export function knowsSecret(expected: string | null, given: string | null): Outcome<null> {
  if (expected === null || utf8(expected).length < MIN_SHARED_SECRET_BYTES) return notFound('route')
  if (given === null) return refuse({ kind: 'credential_missing' })
  return equalBytes(utf8(given), utf8(expected)) ? ok(null) : refuse({ kind: 'credential_invalid' })
}
