import type { CommonFault, Fault, Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Permission } from '../permission.ts'
import type { Reach } from '../reach/reach.ts'
import { reachOf } from '../reach/reach-of.ts'
import { type Operation, operatorCase, within } from './operator-case.ts'
import type { UseCase } from './use-case.ts'

/** A use case for operators who have the permission somewhere at least, and is given where. */
export function reachCase<Input extends readonly unknown[], T, F extends Fault>(
  permission: Permission,
  run: (ports: Ports, operation: Operation, reach: Reach, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Operation, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  return operatorCase(
    within(permission),
    async (ports, operation, ...input: Input): Promise<Outcome<T, F | CommonFault>> => {
      const reach = await reachOf(ports, operation, permission)
      if (!reach.ok) return reach
      return run(ports, operation, reach.value, ...input)
    },
  )
}
