import { type UseCase, useCase } from '../access/cases/use-case.ts'
import { knowsSecret } from '../access/shared-secret.ts'
import type { CommonFault, Fault, Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Maintenance } from './maintenance.ts'

/** A use case for the bearer of the deployment's token, which is checked before anything else happens. */
export function deploymentCase<Input extends readonly unknown[], T, F extends Fault>(
  run: (ports: Ports, maintenance: Maintenance, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Maintenance, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  return useCase({ who: 'deployment' }, async (ports, maintenance, ...input) => {
    const permitted = knowsSecret(ports.bootstrapToken, maintenance.token)
    return permitted.ok ? run(ports, maintenance, ...input) : permitted
  })
}
