import { causeOf, denied, type Operation } from '../access/require.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Settings } from './port.ts'

export async function get(ports: Ports, operation: Operation): Promise<Outcome<Settings>> {
  return denied(operation, 'settings.read') ?? ok(await ports.settings.get(operation.actor.organization))
}

/** Changes what is named and nothing else. */
export async function change(
  ports: Ports,
  operation: Operation,
  change: Partial<Settings>,
): Promise<Outcome<null>> {
  const refusal = denied(operation, 'settings.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  await ports.settings.change(organization, change, {
    id: crypto.randomUUID(),
    organization,
    at: ports.now(),
    type: 'settings.update',
    isSuccess: true,
    cause: causeOf(operation),
    subject: { kind: 'settings', id: String(organization), name: 'settings' },
    detail: change,
  })
  return ok(null)
}
