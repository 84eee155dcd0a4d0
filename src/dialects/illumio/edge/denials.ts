import { type IllumioRoute, operationOf } from './edge.ts'

/** A refusal by the use case is recorded like one by the edge (docs/dialects/illumio.md#denied-requests). */
export function withDenialAudit(route: IllumioRoute): IllumioRoute {
  return {
    ...route,
    handle: async (call) => {
      const outcome = await route.handle(call)
      if (!outcome.ok && outcome.fault.kind === 'permission_missing') {
        call.core.access.auditDenial(operationOf(call), outcome.fault.kind)
      }
      return outcome
    },
  }
}
