import type { JsonObject } from '../../kernel/json.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import { memberCase, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import type { Settings } from './port.ts'

export const getSettings = operatorCase(
  'settings.read',
  async (ports, operation): Promise<Outcome<Settings>> =>
    ok(await ports.settings.get(operation.actor.organization)),
)

/** What a dialect keeps there decides about what every member sees. */
export const getAttributes = memberCase(
  async (ports, operation): Promise<JsonObject> =>
    (await ports.settings.get(operation.actor.organization)).attributes,
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
