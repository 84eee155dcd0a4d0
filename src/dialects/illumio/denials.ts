import type { Route } from '../../http/route.ts'
import { type Access, type Identity, operationOf } from './edge.ts'

/** What the use case refuses, which alone knows the labels of what is asked for, is told of as what the edge refuses (§9). */
export function tellingDenials(route: Route<Access, Identity>): Route<Access, Identity> {
  return {
    ...route,
    handle: async (call) => {
      const outcome = await route.handle(call)
      if (!outcome.ok && outcome.fault.kind === 'permission_missing') {
        call.core.access.noteDenial(operationOf(call), outcome.fault.kind)
      }
      return outcome
    },
  }
}
