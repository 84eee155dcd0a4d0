import { recordedRequest } from '../kernel/recorded-request.ts'
import { memberCase } from './operator-case.ts'
import { operatorEvent } from './operator-event.ts'

/** Why somebody whose credential is good may not. */
export type Denial = 'permission_missing' | 'organization_foreign'

/**
 * Tells the operator's own organization of what they were refused, behind the answer's back. Of each principal at most as
 * many a minute as the limit of failures allows, so that nobody can fill the events.
 */
export const auditDenial = memberCase((ports, { actor, request }, reason: Denial): void => {
  ports.background(async () => {
    if (!(await ports.limits.take('failures', `denied ${actor.principal}`))) return
    const told = { actor, request: recordedRequest(request) }
    const subject = { kind: actor.kind, id: actor.publicId, name: actor.name }
    const event = operatorEvent('request.deny', told, subject, ports.now(), { reason })
    await ports.events.add({ ...event, isSuccess: false })
  })
})
