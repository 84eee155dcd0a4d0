import { type Outcome, ok } from '../../kernel/outcome.ts'
import { operatorCase } from '../operator-case.ts'
import { operatorEvent } from '../operator-event.ts'
import type { Settings } from './port.ts'

export const getSettings = operatorCase(
  'settings.read',
  async (ports, operation): Promise<Outcome<Settings>> =>
    ok(await ports.settings.get(operation.actor.organization)),
)

/** Changes what is named and nothing else. */
export const changeSettings = operatorCase(
  'settings.write',
  async (ports, operation, change: Partial<Settings>): Promise<Outcome<null>> => {
    const { organization } = operation.actor
    const subject = { kind: 'settings', id: String(organization), name: 'settings' }
    const event = operatorEvent('settings.update', operation, subject, ports.now(), change)
    await ports.settings.change(organization, change, event)
    return ok(null)
  },
)
