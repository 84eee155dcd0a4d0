import { operatorCase } from '../access/cases/operator-case.ts'
import type { EntityId } from '../kernel/ids.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Names } from '../search/catalogue.ts'

/** The names of the keys that events are about. */
export const nameKeys = operatorCase(
  'events.read',
  async (ports, operation, keys: readonly EntityId[]): Promise<Outcome<Names>> =>
    ok(await ports.catalogue.namesOf(operation.actor.organization, { keys, profiles: [] })),
)
