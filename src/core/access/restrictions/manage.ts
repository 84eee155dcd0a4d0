import { type Faults, notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { causeOf, type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { ownerGuard } from '../last-owner.ts'
import { refused, type WriteFault, written } from '../principals/written.ts'
import type { AccessRestriction } from './port.ts'

type Members = Pick<AccessRestriction, 'name' | 'description' | 'ranges' | 'exclusions'>

export const getRestriction = operatorCase(
  'access.read',
  async (ports, operation, id: number): Promise<Outcome<AccessRestriction>> => find(ports, operation, id),
)

export const listRestrictions = operatorCase(
  'access.read',
  async (ports, operation, limit: number): Promise<Outcome<readonly AccessRestriction[]>> =>
    ok(await ports.restrictions.list(operation.actor.organization, limit)),
)

export const countRestrictions = operatorCase(
  'access.read',
  async (ports, operation): Promise<Outcome<number>> =>
    ok(await ports.restrictions.count(operation.actor.organization)),
)

/** @param limit the most that the organization may have */
export const createRestriction = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    input: Members,
    limit: number,
  ): Promise<Outcome<AccessRestriction, WriteFault>> => {
    const { organization } = operation.actor
    const now = ports.now()
    const { actor } = causeOf(operation)
    const stamps = { createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor }
    const subject = { kind: 'access_restriction', id: '', name: input.name }
    const made = await ports.restrictions.create(
      { ...input, ...stamps, organization },
      limit,
      operatorEvent('access_restriction.create', operation, subject, now),
    )
    return typeof made === 'string' ? refused(made, 'access_restriction') : ok(made)
  },
)

/** Changes what is named and nothing else; it holds from the next request on. */
export const changeRestriction = operatorCase(
  'access.write',
  async (ports, operation, id: number, change: Partial<Members>): Promise<Outcome<null, WriteFault>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    const now = ports.now()
    const update = { ...change, updatedAt: now, updatedBy: causeOf(operation).actor }
    const subject = { kind: 'access_restriction', id: String(id), name: change.name ?? found.value.name }
    const event = operatorEvent('access_restriction.update', operation, subject, now)
    const isNarrowed = change.ranges !== undefined || change.exclusions !== undefined
    const guard = isNarrowed ? await ownerGuard(ports, operation, { ...found.value, ...change }) : null
    return written(await ports.restrictions.update(found.value, update, guard, event), 'access_restriction')
  },
)

export const deleteRestriction = operatorCase(
  'access.write',
  async (ports, operation, id: number): Promise<Outcome<null, Faults<'access_restriction_in_use'>>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    const subject = { kind: 'access_restriction', id: String(id), name: found.value.name }
    const event = operatorEvent('access_restriction.delete', operation, subject, ports.now())
    switch (await ports.restrictions.remove(found.value, event)) {
      case 'removed':
        return ok(null)
      case 'in_use':
        return refuse({ kind: 'access_restriction_in_use' })
      case 'gone':
        return notFound('access_restriction')
    }
  },
)

async function find(ports: Ports, operation: Operation, id: number): Promise<Outcome<AccessRestriction>> {
  const found = await ports.restrictions.find(operation.actor.organization, id)
  return found ? ok(found) : notFound('access_restriction')
}
