import type { AuditEvent, EventType } from '../../../core/events/event.ts'
import type { EventQuery } from '../../../core/events/port.ts'
import type { ActorRef } from '../../../core/kernel/cause.ts'

type Named = {
  readonly name: string
  readonly type: EventType
  readonly by?: ActorRef['kind']
  /** The kinds of its subject. */
  readonly of?: readonly string[]
}

export const REFUSED_CREDENTIAL = 'request.authentication_failed'

const VERBS = ['create', 'update', 'delete'] as const

/** All others keep the name that they have: those of other dialects' things have none in a PCE. */
const NAMED: readonly Named[] = [
  { type: 'profile.create', name: 'pairing_profile.create' },
  { type: 'profile.update', name: 'pairing_profile.update' },
  { type: 'profile.delete', name: 'pairing_profile.delete' },
  { type: 'key.create', name: 'pairing_profile.create_pairing_key' },
  { type: 'key.revoke_all', name: 'pairing_profile.delete_all_pairing_keys' },
  { type: 'request.deny', name: 'request.authorization_failed' },
  { type: 'api_key.refuse', name: REFUSED_CREDENTIAL },
  { type: 'user.refuse', name: REFUSED_CREDENTIAL },
  { type: 'api_key.expire', name: 'system_task.expire_service_account_api_keys' },
  { type: 'user.sign_in', name: 'user.login' },
  { type: 'user.sign_out', name: 'user.logout' },
  ...VERBS.flatMap((verb): Named[] => [
    { type: `principal.${verb}`, name: `auth_security_principal.${verb}`, of: ['user', 'group'] },
    { type: `principal.${verb}`, name: `service_account.${verb}`, of: ['service_account'] },
  ]),
  { type: 'agent.enroll', name: 'agent.activate' },
  { type: 'agent.leave', name: 'agents.unpair', by: 'principal' },
  { type: 'agent.leave', name: 'agent.deactivate', by: 'agent' },
]

export function eventTypeName({ type, cause, subject }: AuditEvent): string {
  const named = NAMED.find(
    (one) =>
      one.type === type &&
      (one.by ?? cause.actor.kind) === cause.actor.kind &&
      (one.of?.includes(subject.kind) ?? true),
  )
  return named?.name ?? type
}

/** The events of that name; none when nothing is called so. */
export function eventsNamed(name: string): Pick<EventQuery, 'types' | 'actorKind' | 'subjectKinds'> {
  const named = NAMED.filter((one) => one.name === name)
  const [first] = named
  if (first) return { types: named.map(({ type }) => type), actorKind: first.by, subjectKinds: first.of }
  const isRenamed = NAMED.some(({ type, by }) => type === name && by === undefined)
  return { types: isRenamed ? [] : [name as EventType] }
}
