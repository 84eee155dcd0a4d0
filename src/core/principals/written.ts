import { type Noun, notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { WriteFailure } from './port.ts'

/** What a write of who may come was answered with. */
export function written(failure: WriteFailure | null, noun: Noun): Outcome<null> {
  switch (failure) {
    case null:
      return ok(null)
    case 'name':
      return refuse({ kind: 'name_taken' })
    case 'grant':
      return refuse({ kind: 'permission_duplicate' })
    case 'last_owner':
      return refuse({ kind: 'last_owner' })
    case 'gone':
      return notFound(noun)
  }
}
