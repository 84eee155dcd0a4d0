import { causeOf, type Operation, operatorCase } from '../access/cases/operator-case.ts'
import { operatorEvent } from '../access/cases/operator-event.ts'
import type { AuditEvent, EventType } from '../events/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { type Faults, notFound, type Outcome, ok, type Refusal, refuse } from '../kernel/outcome.ts'
import type { Label, LabelConflict } from './port.ts'
import { findUser } from './usage.ts'

export type NewLabel = Pick<Label, 'key' | 'value' | 'externalDataSet' | 'externalDataReference'>
export type LabelChange = Partial<Pick<Label, 'value' | 'externalDataSet' | 'externalDataReference'>>

/** Another label has the value or the reference. */
type Taken = Faults<'label_duplicate' | 'external_reference_taken'>
type NewLabelFault = Taken | Faults<'label_key_unsupported' | 'label_value_reserved'>

/** @param limit the most live labels that the organization may have */
export const createLabel = operatorCase(
  'labels.write',
  async (ports, operation, input: NewLabel, limit: number): Promise<Outcome<Label, NewLabelFault>> => {
    if (!ports.labelKeys.includes(input.key)) return refuse({ kind: 'label_key_unsupported' })
    if (ports.reservedLabelValues.includes(input.value)) return refuse({ kind: 'label_value_reserved' })
    const { organization } = operation.actor
    const now = ports.now()
    const { actor } = causeOf(operation)
    const stamps = { createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor, deletedAt: null }
    const label = { ...input, ...stamps, organization }
    const event = eventOf('label.create', operation, { ...label, id: '' }, now)
    const made = await ports.labels.create(label, limit, event)
    return 'conflict' in made ? conflicting(made.conflict) : ok(made)
  },
)

export const changeLabel = operatorCase(
  'labels.write',
  async (
    ports,
    operation,
    id: string,
    change: LabelChange,
  ): Promise<Outcome<Label, Taken | Faults<'label_value_reserved'>>> => {
    const found = await ports.labels.find(operation.actor.organization, id)
    if (!found || found.deletedAt !== null) return notFound('label')
    if (change.value !== undefined && ports.reservedLabelValues.includes(change.value)) {
      return refuse({ kind: 'label_value_reserved' })
    }
    if (isUnchanged(found, change)) return ok(found)
    const now = ports.now()
    const update = { ...change, updatedAt: now, updatedBy: causeOf(operation).actor }
    const event = eventOf('label.update', operation, { ...found, ...change }, now, { before: found.value })
    return settle(await ports.labels.update(found, update, event))
  },
)

/**
 * A soft deletion of a label that nothing has: it leaves every list, and its key and value may be used again. What a
 * redemption of the last second, or a call at the same time, gave the label may still be unknown, and keeps it.
 */
export const deleteLabel = operatorCase(
  'labels.write',
  async (
    ports,
    operation,
    id: string,
  ): Promise<Outcome<Label, Taken | Faults<'label_already_deleted' | 'in_use'>>> => {
    const found = await ports.labels.find(operation.actor.organization, id)
    if (!found) return notFound('label')
    if (found.deletedAt !== null) return refuse({ kind: 'label_already_deleted' })
    const user = await findUser(ports, found)
    if (user !== null) return refuse({ kind: 'in_use', noun: 'label', by: user })
    const now = ports.now()
    const update = { deletedAt: now, updatedAt: now, updatedBy: causeOf(operation).actor }
    const deleted = await ports.labels.update(found, update, eventOf('label.delete', operation, found, now))
    return deleted === null ? refuse({ kind: 'label_already_deleted' }) : settle(deleted)
  },
)

function isUnchanged(label: Label, change: LabelChange): boolean {
  const names = Object.keys(change) as (keyof LabelChange)[]
  return names.every((name) => change[name] === label[name])
}

function settle(result: Label | null | { readonly conflict: LabelConflict }): Outcome<Label, Taken> {
  if (result === null) return notFound('label')
  return 'conflict' in result ? conflicting(result.conflict) : ok(result)
}

function conflicting(conflict: LabelConflict): Refusal<Taken> {
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
