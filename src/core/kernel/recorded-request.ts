import type { Cause } from './cause.ts'

/** A client chooses how long a path is that it asks for. */
const MAX_PATH_CHARACTERS = 512

/** A request as an event of its refusal has it: of its path, at most 512 characters. */
export function recordedRequest(request: Cause['request']): Cause['request'] {
  return { ...request, path: request.path.slice(0, MAX_PATH_CHARACTERS) }
}
