import type { ActorRef } from '../../core/ledger/records.ts'
import { formatAdmin } from './ids.ts'

/** The system is administrator 3 (contract §2.2, `modifiedBy`). */
export const SYSTEM = '3'

export function formatActor(actor: ActorRef): string {
  return actor.kind === 'principal' ? formatAdmin(actor.id) : SYSTEM
}
