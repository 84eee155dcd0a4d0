import type { ActorRef } from '../../../core/kernel/cause.ts'
import { formatAdmin, parseAdmin } from './ids.ts'

/** The system is administrator 3 (docs/dialects/zpa.md#modifiedby). */
export const SYSTEM = '3'

/** What only its enrollment made, and no operator changed since (docs/dialects/zpa.md#modifiedby). */
export const ENROLLMENT = '-2'

export function formatActor(actor: ActorRef): string {
  return actor.kind === 'principal' ? formatAdmin(actor.id) : SYSTEM
}

/** As searches have it: a principal's number, 0 for the system, -1 for an unknown one; none for what is no actor. */
export function parseActor(text: string): string {
  const others: Readonly<Record<string, string>> = { [SYSTEM]: '0', [ENROLLMENT]: '-1' }
  return (Object.hasOwn(others, text) ? others[text] : undefined) ?? String(parseAdmin(text) ?? '')
}
