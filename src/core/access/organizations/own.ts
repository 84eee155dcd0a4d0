import type { Paging } from '../../devices/port.ts'
import type { AuditEvent } from '../../events/event.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { memberCase, type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { builtInRoles } from '../roles/built-in.ts'
import { newOrganization } from './make.ts'
import type { Organization, OrganizationSettings } from './port.ts'

/** The caller's own organization. */
export const getOrganization = memberCase(async (ports, operation): Promise<Outcome<Organization>> => {
  const found = await ports.organizations.find(operation.actor.organization)
  return found ? ok(found) : notFound('organization')
})

export const changeOrganization = operatorCase(
  'organizations.write',
  async (ports, operation, settings: Partial<OrganizationSettings>): Promise<Outcome<Organization>> => {
    const found = await getOrganization(ports, operation)
    if (!found.ok || Object.keys(settings).length === 0) return found
    const event = eventOf('organization.update', operation, found.value, ports.now(), { ...settings })
    await ports.organizations.change(found.value.id, settings, event)
    return getOrganization(ports, operation)
  },
)

/** Makes an organization below the caller's own. */
export const createChildOrganization = operatorCase(
  'organizations.write',
  async (
    ports,
    operation,
    input: { readonly name: string; readonly timeZone: string },
  ): Promise<Outcome<Organization>> => {
    const child: Omit<Organization, 'id'> = {
      ...newOrganization(ports, input.name),
      parentId: operation.actor.organization,
      timeZone: input.timeZone,
      isUnsignedReadAllowed: false,
    }
    const parent = operation.actor.organization
    const event = eventOf('organization.create', operation, { ...child, id: 0 }, ports.now(), { parent })
    const made = await ports.organizations.createChild(child, builtInRoles(ports), event)
    return made ? ok(made) : refuse({ kind: 'name_taken' })
  },
)

export const listChildOrganizations = operatorCase(
  'organizations.write',
  async (ports, operation, page: Paging): Promise<Outcome<SizedPage<Organization>>> =>
    ok(await ports.organizations.listChildren(operation.actor.organization, page)),
)

function eventOf(
  type: AuditEvent['type'],
  operation: Operation,
  { id, name }: Pick<Organization, 'id' | 'name'>,
  at: number,
  detail: JsonObject,
): AuditEvent {
  const subject = { kind: 'organization', id: String(id), name }
  return { ...operatorEvent(type, operation, subject, at, detail), organization: id }
}
