import { recordedRequest } from '../../kernel/recorded-request.ts'
import { memberCase } from './operator-case.ts'
import { operatorEvent } from './operator-event.ts'

/** Why a caller with a valid credential is refused. */
export type Denial = 'permission_missing' | 'organization_foreign'

/**
 * Records a denial in the operator's own organization, after the answer. The limit of failures bounds the records of each
 * principal a minute, so that no caller can flood the events.
 */
export const auditDenial = memberCase((ports, { actor, request }, reason: Denial): void => {
  ports.background(async () => {
    if (!(await ports.limits.take('failures', `denied ${actor.principal}`))) return
    const context = { actor, request: recordedRequest(request) }
    const subject = { kind: actor.kind, id: actor.publicId, name: actor.name }
    const event = operatorEvent('request.deny', context, subject, ports.now(), { reason })
    await ports.events.add({ ...event, isSuccess: false })
  })
})
