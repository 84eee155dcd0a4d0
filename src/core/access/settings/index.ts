import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { denialOf, type Operation } from '../operator-case.ts'
import { operatorEvent } from '../operator-event.ts'
import type { Settings } from './port.ts'

export async function getSettings(ports: Ports, operation: Operation): Promise<Outcome<Settings>> {
  return denialOf(operation, 'settings.read') ?? ok(await ports.settings.get(operation.actor.organization))
}

/** Changes what is named and nothing else. */
export async function changeSettings(
  ports: Ports,
  operation: Operation,
  change: Partial<Settings>,
): Promise<Outcome<null>> {
  const refusal = denialOf(operation, 'settings.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const subject = { kind: 'settings', id: String(organization), name: 'settings' }
  const event = operatorEvent('settings.update', operation, subject, ports.now(), change)
  await ports.settings.change(organization, change, event)
  return ok(null)
}
