import { spellKey } from '../../kernel/key-spelling.ts'
import type { Ports } from '../../ports.ts'
import type { BuiltInRole } from './port.ts'

const ROLE_KEY_BYTES = 5

/** The roles that every organization has and that cannot be changed. */
export function builtInRoles(ports: Ports): readonly BuiltInRole[] {
  const now = ports.now()
  return Object.entries(ports.builtInRoles).map(([name, abilities]) => ({
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
