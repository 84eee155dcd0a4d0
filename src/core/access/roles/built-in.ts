import { spellKey } from '../../devices/key-pairs/spelling.ts'
import type { Ports } from '../../ports.ts'
import type { Abilities } from './ability.ts'
import type { BuiltInRole } from './port.ts'

const ROLE_KEY_BYTES = 5

/** The roles that every organization has and nobody changes (docs/dialects/datonis.md#built-in-roles). */
const BUILT_IN: Readonly<Record<string, Abilities>> = {
  'Account Admin': 'all',
  Agent: ['things.register', 'things.heartbeat', 'things.event', 'alerts.create'],
  'Read Only': ['roles.read', 'key_pairs.read', 'things.read', 'alerts.read', 'instructions.read'],
}

export function builtInRoles(ports: Ports): readonly BuiltInRole[] {
  const now = ports.now()
  return Object.entries(BUILT_IN).map(([name, abilities]) => ({
    key: newRoleKey(ports),
    name,
    abilities,
    isBuiltIn: true,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }))
}

/** Makes those that the organization lacks. */
export async function makeBuiltInRoles(ports: Ports, organization: number): Promise<void> {
  await ports.roleStore.ensure(builtInRoles(ports).map((role) => ({ ...role, organization })))
}

export function newRoleKey(ports: Ports): string {
  return spellKey(ports.random(ROLE_KEY_BYTES))
}
