import type { Maintenance } from '../../deployment/maintenance.ts'
import type { Ports } from '../../ports.ts'
import type { Operation } from './operator-case.ts'
import { type UseCase, useCase } from './use-case.ts'

/** Nothing more is asked of a use case without an operator; one with an operator does not compile as such. */
type WithoutOperator<Input extends readonly unknown[]> = [
  Extract<Input[number], Operation | Maintenance | { readonly operation: Operation }>,
] extends [never]
  ? unknown
  : 'an operator’s use case declares its permission'

/** A use case without an operator: its input is the credential, belongs to an agent or a device, or is public. */
export function openCase<Input extends readonly unknown[], Result>(
  run: ((ports: Ports, ...input: Input) => Result) & WithoutOperator<Input>,
): UseCase<Input, Result> {
  return useCase({ who: 'anyone' }, run)
}
