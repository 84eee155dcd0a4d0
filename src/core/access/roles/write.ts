import type { AuditEvent, EventType } from '../../events/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import type { Abilities } from './ability.ts'
import { newRoleKey } from './built-in.ts'
import type { Role } from './port.ts'

/** How many key pairs are updated at a time. */
const AT_ONCE = 32

export type RoleInput = { readonly name: string; readonly abilities: Abilities }

export const createRole = operatorCase(
  'roles.write',
  async (ports, operation, input: RoleInput): Promise<Outcome<Role>> => {
    const now = ports.now()
    const role: Role = {
      key: newRoleKey(ports),
      organization: operation.actor.organization,
      name: input.name,
      abilities: distinct(input.abilities),
      isBuiltIn: false,
      createdAt: now,
      updatedAt: now,
      version: 1,
    }
    const made = await ports.roleStore.create(role, eventOf('role.create', operation, role, now))
    return made === 'name_taken' ? refuse({ kind: 'name_taken' }) : ok(made)
  },
)

/**
 * Answers when every key pair of the role obeys the change. When some could not be updated it is refused as busy, and the
 * same change again updates them all.
 */
export const changeRole = operatorCase(
  'roles.write',
  async (
    ports,
    operation,
    key: string,
    change: Partial<RoleInput>,
  ): Promise<Outcome<Role, Faults<'role_built_in'>>> => {
    const found = await ports.roleStore.find(operation.actor.organization, key)
    if (!found) return notFound('role')
    if (found.isBuiltIn) return refuse({ kind: 'role_built_in' })
    const now = ports.now()
    const wanted: Role = {
      ...found,
      ...(change.name !== undefined && { name: change.name }),
      ...(change.abilities !== undefined && { abilities: distinct(change.abilities) }),
      updatedAt: now,
      version: found.version + 1,
    }
    const before = { name: found.name, abilities: found.abilities }
    const event = eventOf('role.update', operation, wanted, now, { before })
    const written = await ports.roleStore.update(wanted, event)
    if (written === 'name_taken') return refuse({ kind: 'name_taken' })
    if (written === null) return refuse({ kind: 'busy', retryAfterSeconds: 1 })
    return tell(ports, written)
  },
)

export const deleteRole = operatorCase(
  'roles.write',
  async (ports, operation, key: string): Promise<Outcome<null, Faults<'role_built_in' | 'role_in_use'>>> => {
    const found = await ports.roleStore.find(operation.actor.organization, key)
    if (!found) return notFound('role')
    if (found.isBuiltIn) return refuse({ kind: 'role_built_in' })
    const event = eventOf('role.delete', operation, found, ports.now())
    switch (await ports.roleStore.remove(found, event)) {
      case 'removed':
        return ok(null)
      case 'in_use':
        return refuse({ kind: 'role_in_use' })
      case 'gone':
        return notFound('role')
    }
  },
)

/** Every key pair of the role holds a copy of its abilities, so that a device's write needs no other object. */
async function tell(ports: Ports, role: Role): Promise<Outcome<Role>> {
  const accessKeys = await ports.keyPairs.ofRole(role.organization, role.key)
  for (let at = 0; at < accessKeys.length; at += AT_ONCE) {
    const granted = await Promise.all(
      accessKeys.slice(at, at + AT_ONCE).map((accessKey) => ports.inboxes.open(accessKey).grant(role)),
    )
    const failed = granted.find((outcome) => !outcome.ok)
    if (failed && !failed.ok) return failed
  }
  return ok(role)
}

function distinct(abilities: Abilities): Abilities {
  return abilities === 'all' ? abilities : [...new Set(abilities)]
}

function eventOf(
  type: EventType,
  operation: Operation,
  role: Role,
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  return operatorEvent(type, operation, { kind: 'role', id: role.key, name: role.name }, at, detail)
}
