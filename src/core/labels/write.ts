import { causeOf, denialOf, type Operation } from '../access/operator-case.ts'
import { operatorEvent } from '../access/operator-event.ts'
import type { AuditEvent, EventType } from '../events/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Label, LabelConflict } from './port.ts'
import { findUser } from './usage.ts'

/** The keys that an organization has from the start; others can't be used. */
export const LABEL_KEYS = ['role', 'app', 'env', 'loc'] as const

/** Values that a policy reads as "every label of that key". */
const RESERVED_VALUES = new Set(['All Applications', 'All Environments', 'All Locations', 'All Roles'])

export type NewLabel = Pick<Label, 'key' | 'value' | 'externalDataSet' | 'externalDataReference'>
export type LabelChange = Partial<Pick<Label, 'value' | 'externalDataSet' | 'externalDataReference'>>

/** @param limit the most live labels that the organization may have */
export async function createLabel(
  ports: Ports,
  operation: Operation,
  input: NewLabel,
  limit: number,
): Promise<Outcome<Label>> {
  const refusal = denialOf(operation, 'labels.write')
  if (refusal) return refusal
  if (!LABEL_KEYS.some((key) => key === input.key)) return refuse({ kind: 'label_key_unsupported' })
  if (RESERVED_VALUES.has(input.value)) return refuse({ kind: 'label_value_reserved' })
  const { organization } = operation.actor
  const now = ports.now()
  const { actor } = causeOf(operation)
  const stamps = { createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor, deletedAt: null }
  const label = { ...input, ...stamps, organization }
  const event = eventOf('label.create', operation, { ...label, id: '' }, now)
  const made = await ports.labels.create(label, limit, event)
  return 'conflict' in made ? conflicting(made.conflict) : ok(made)
}

export async function changeLabel(
  ports: Ports,
  operation: Operation,
  id: string,
  change: LabelChange,
): Promise<Outcome<Label>> {
  const refusal = denialOf(operation, 'labels.write')
  if (refusal) return refusal
  const found = await ports.labels.find(operation.actor.organization, id)
  if (!found || found.deletedAt !== null) return notFound('label')
  if (change.value !== undefined && RESERVED_VALUES.has(change.value)) {
    return refuse({ kind: 'label_value_reserved' })
  }
  if (isUnchanged(found, change)) return ok(found)
  const now = ports.now()
  const update = { ...change, updatedAt: now, updatedBy: causeOf(operation).actor }
  const event = eventOf('label.update', operation, { ...found, ...change }, now, { before: found.value })
  return settle(await ports.labels.update(found, update, event))
}

/**
 * A soft deletion of a label that nothing has: it leaves every list, and its key and value may be used again. What a
 * redemption of the last second, or a call at the same time, gave the label may still be unknown, and keeps it.
 */
export async function deleteLabel(ports: Ports, operation: Operation, id: string): Promise<Outcome<Label>> {
  const refusal = denialOf(operation, 'labels.write')
  if (refusal) return refusal
  const found = await ports.labels.find(operation.actor.organization, id)
  if (!found) return notFound('label')
  if (found.deletedAt !== null) return refuse({ kind: 'label_already_deleted' })
  const user = await findUser(ports, found)
  if (user !== null) return refuse({ kind: 'in_use', noun: 'label', by: user })
  const now = ports.now()
  const update = { deletedAt: now, updatedAt: now, updatedBy: causeOf(operation).actor }
  const deleted = await ports.labels.update(found, update, eventOf('label.delete', operation, found, now))
  return deleted === null ? refuse({ kind: 'label_already_deleted' }) : settle(deleted)
}

function isUnchanged(label: Label, change: LabelChange): boolean {
  const names = Object.keys(change) as (keyof LabelChange)[]
  return names.every((name) => change[name] === label[name])
}

function settle(result: Label | null | { readonly conflict: LabelConflict }): Outcome<Label> {
  if (result === null) return notFound('label')
  return 'conflict' in result ? conflicting(result.conflict) : ok(result)
}

function conflicting(conflict: LabelConflict): Outcome<Label> {
  switch (conflict) {
    case 'value':
      return refuse({ kind: 'label_duplicate' })
    case 'reference':
      return refuse({ kind: 'external_reference_taken' })
    case 'limit':
      return refuse({ kind: 'limit_reached', what: 'label' })
  }
}

function eventOf(
  type: EventType,
  operation: Operation,
  label: Label,
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  const subject = { kind: 'label', id: label.id, name: `${label.key}=${label.value}` }
  return operatorEvent(type, operation, subject, at, detail)
}
