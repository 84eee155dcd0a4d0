import { denialOf, type Operation } from '../access/operator-case.ts'
import type { PageAfter } from '../kernel/list-slices.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Label, LabelPlace, LabelQuery } from './port.ts'

type Query = Omit<LabelQuery, 'organization'>

/** One label, also a deleted one. */
export async function getLabel(ports: Ports, operation: Operation, id: string): Promise<Outcome<Label>> {
  const refusal = denialOf(operation, 'labels.read')
  if (refusal) return refusal
  const found = await ports.labels.find(operation.actor.organization, id)
  return found ? ok(found) : notFound('label')
}

export async function listLabels(
  ports: Ports,
  operation: Operation,
  query: Query,
  page: PageAfter<LabelPlace>,
): Promise<Outcome<readonly Label[]>> {
  const refusal = denialOf(operation, 'labels.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.labels.list({ ...query, organization }, page))
}

export async function countLabels(
  ports: Ports,
  operation: Operation,
  query: Query,
): Promise<Outcome<number>> {
  const refusal = denialOf(operation, 'labels.read')
  if (refusal) return refusal
  return ok(await ports.labels.count({ ...query, organization: operation.actor.organization }))
}

/** The live labels of these ids, in their order; at most one of each key, as a workload has. */
export async function resolveLabels(
  ports: Ports,
  operation: Operation,
  ids: readonly string[],
): Promise<Outcome<readonly Label[]>> {
  const [resolved] = await resolveManyLabels(ports, operation, [ids])
  return resolved ?? ok([])
}

/** The same for each of several lists, with one look-up. */
export async function resolveManyLabels(
  ports: Ports,
  operation: Operation,
  lists: readonly (readonly string[])[],
): Promise<readonly Outcome<readonly Label[]>[]> {
  const ids = [...new Set(lists.flat())]
  const known = ids.length === 0 ? [] : await ports.labels.findMany(operation.actor.organization, ids)
  const byId = new Map(known.map((label) => [label.id, label]))
  return lists.map((list) => resolveKnown(list, byId))
}

function resolveKnown(ids: readonly string[], known: ReadonlyMap<string, Label>): Outcome<readonly Label[]> {
  const labels: Label[] = []
  for (const id of ids) {
    const label = known.get(id)
    if (!label || label.deletedAt !== null) return refuse({ kind: 'label_unknown', id })
    if (labels.some((other) => other.key === label.key)) {
      return refuse({ kind: 'label_key_repeated', key: label.key })
    }
    labels.push(label)
  }
  return ok(labels)
}

/** The live labels that have these keys and values; those that no label has are absent. */
export async function findByValues(
  ports: Ports,
  operation: Operation,
  wanted: readonly { readonly key: string; readonly value: string }[],
): Promise<Outcome<readonly Label[]>> {
  const refusal = denialOf(operation, 'labels.read')
  if (refusal) return refusal
  if (wanted.length === 0) return ok([])
  return ok(await ports.labels.findByValues(operation.actor.organization, wanted))
}
