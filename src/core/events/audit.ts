import { type Operation, operatorCase } from '../access/cases/operator-case.ts'
import type { Agent } from '../enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { Profile } from '../enrollment/ledger/profile.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'
import { type EntityId, parseAgentUuid, parseId } from '../kernel/ids.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { AuditEvent, EventType } from './event.ts'
import type { EventPlace } from './port.ts'

/** What happened, and to what: of a ledger's things as they are now, ended or not. */
export type AuditEntry = {
  readonly event: AuditEvent
  /** null: nothing of a ledger's. */
  readonly id: EntityId | null
  readonly profile: Profile | null
  readonly key: EnrollmentKey | null
  readonly agent: Agent | null
}

/** Which events a dialect's audit log has. */
export type AuditQuery = { readonly dialect: Dialect; readonly types: readonly EventType[] }

export const countAuditEntries = operatorCase(
  'events.read',
  async (ports, operation, query: AuditQuery): Promise<Outcome<number>> =>
    ok(await ports.events.count(await eventsOf(ports, operation, query))),
)

/**
 * What happened in the organization to what a dialect's shared ledger holds, or to no ledger's things; newest first.
 * `offset` is how many are left out before the first; of no meaning after a place.
 */
export const listAuditEntries = operatorCase(
  'events.read',
  async (
    ports,
    operation,
    query: AuditQuery,
    { after, limit, offset }: PageAfter<EventPlace> & { readonly offset: number },
  ): Promise<Outcome<readonly AuditEntry[]>> => {
    const wanted = await eventsOf(ports, operation, query)
    const { organization, ledger } = wanted
    const events = await ports.events.list(wanted, { after, limit, offset: after ? 0 : offset })
    const numbers = (kind: string) =>
      events.flatMap(({ subject }) => (subject.kind === kind ? (subjectId(subject)?.n ?? []) : []))
    const [profiles, keys, agents] = await Promise.all([
      ports.lookUp('profiles', organization, ledger, numbers('profile')),
      ports.lookUp('keys', organization, ledger, numbers('key')),
      ports.lookUp('agents', organization, ledger, numbers('agent')),
    ])
    const entries = events.map((event): AuditEntry => {
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
    return ok(entries)
  },
)

async function eventsOf(
  ports: Ports,
  { actor: { organization } }: Operation,
  { dialect, types }: AuditQuery,
) {
  return { organization, ledger: await ports.ledgerDirectory.shared(organization, dialect), types }
}

function subjectId({ kind, id }: AuditEvent['subject']): EntityId | null {
  if (kind === 'agent') return parseAgentUuid(id)
  return kind === 'profile' || kind === 'key' ? parseId(id) : null
}
