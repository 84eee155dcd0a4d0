import {
  type Faults,
  type Noun,
  notFound,
  type Outcome,
  ok,
  type Refusal,
  refuse,
} from '../../kernel/outcome.ts'
import type { WriteFailure } from '../port.ts'

/** Why a write of what decides on access wrote nothing. */
export type WriteFault = Faults<'permission_duplicate' | 'last_owner'>

/** The same of a write of roles within scopes. */
export type GrantFault = WriteFault | Faults<'label_key_repeated'>

/** What a write of who may come was answered with. */
export function written(failure: WriteFailure | null, noun: Noun): Outcome<null, WriteFault> {
  return failure === null ? ok(null) : refused(failure, noun)
}

/** Why a write wrote nothing. */
export function refused(failure: WriteFailure, noun: Noun): Refusal<WriteFault> {
  switch (failure) {
    case 'name':
      return refuse({ kind: 'name_taken' })
    case 'grant':
      return refuse({ kind: 'permission_duplicate' })
    case 'limit':
      return refuse({ kind: 'limit_reached', what: noun })
    case 'last_owner':
      return refuse({ kind: 'last_owner' })
    case 'gone':
      return notFound(noun)
  }
}
