import { operatorCase } from '../access/operator-case.ts'
import type { Agent } from '../enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { Profile } from '../enrollment/ledger/profile.ts'
import type { Dialect } from '../kernel/cause.ts'
import { type EntityId, parseAgentUuid, parseId } from '../kernel/ids.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Found } from '../search/search.ts'
import type { AuditEvent, EventType } from './event.ts'

/** What happened, and to what: of a ledger's things as they are now, ended or not. */
export type AuditEntry = {
  readonly event: AuditEvent
  /** null: nothing of a ledger's. */
  readonly id: EntityId | null
  readonly profile: Profile | null
  readonly key: EnrollmentKey | null
  readonly agent: Agent | null
}

/** What happened in the organization to what a dialect's shared ledger holds, or to no ledger's things; newest first. */
export const audit = operatorCase(
  'events.read',
  async (
    ports,
    operation,
    dialect: Dialect,
    types: readonly EventType[],
    page: { readonly offset: number; readonly limit: number },
  ): Promise<Outcome<Found<AuditEntry>>> => {
    const { organization } = operation.actor
    const ledger = await ports.ledgerDirectory.shared(organization, dialect)
    const query = { organization, ledger, types }
    const total = await ports.events.count(query)
    const events = await ports.events.list(query, { ...page, after: null })
    const numbers = (kind: string) =>
      events.flatMap(({ subject }) => (subject.kind === kind ? (subjectId(subject)?.n ?? []) : []))
    const [profiles, keys, agents] = await Promise.all([
      ports.lookUp('profiles', organization, ledger, numbers('profile')),
      ports.lookUp('keys', organization, ledger, numbers('key')),
      ports.lookUp('agents', organization, ledger, numbers('agent')),
    ])
    const items = events.map((event): AuditEntry => {
      const { kind } = event.subject
      const id = subjectId(event.subject)
      const n = id?.n ?? 0
      return {
        event,
        id,
        profile: (kind === 'profile' && profiles.get(n)) || null,
        key: (kind === 'key' && keys.get(n)) || null,
        agent: (kind === 'agent' && agents.get(n)) || null,
      }
    })
    return ok({ total, items })
  },
)

function subjectId({ kind, id }: AuditEvent['subject']): EntityId | null {
  if (kind === 'agent') return parseAgentUuid(id)
  return kind === 'profile' || kind === 'key' ? parseId(id) : null
}
