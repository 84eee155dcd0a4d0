import { memberCase, operatorCase } from '../access/cases/operator-case.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Label, LabelPlace, LabelQuery } from './port.ts'

type Query = Omit<LabelQuery, 'organization'>

/** One label, also a deleted one. */
export const getLabel = operatorCase(
  'labels.read',
  async (ports, operation, id: string): Promise<Outcome<Label>> => {
    const found = await ports.labels.find(operation.actor.organization, id)
    return found ? ok(found) : notFound('label')
  },
)

export const listLabels = operatorCase(
  'labels.read',
  async (ports, operation, query: Query, page: PageAfter<LabelPlace>): Promise<Outcome<readonly Label[]>> => {
    const { organization } = operation.actor
    return ok(await ports.labels.list({ ...query, organization }, page))
  },
)

export const countLabels = operatorCase(
  'labels.read',
  async (ports, operation, query: Query): Promise<Outcome<number>> =>
    ok(await ports.labels.count({ ...query, organization: operation.actor.organization })),
)

type Resolved = Outcome<readonly Label[], Faults<'label_unknown' | 'label_key_repeated'>>

/** The live labels of each list of ids, in their order, with one look-up; at most one of each key, as a workload has. */
export const resolveManyLabels = memberCase(
  async (ports, operation, lists: readonly (readonly string[])[]): Promise<readonly Resolved[]> => {
    const ids = [...new Set(lists.flat())]
    const known = ids.length === 0 ? [] : await ports.labels.findMany(operation.actor.organization, ids)
    const byId = new Map(known.map((label) => [label.id, label]))
    return lists.map((list) => resolveKnown(list, byId))
  },
)

function resolveKnown(ids: readonly string[], known: ReadonlyMap<string, Label>): Resolved {
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
export const findByValues = operatorCase(
  'labels.read',
  async (
    ports,
    operation,
    wanted: readonly { readonly key: string; readonly value: string }[],
  ): Promise<Outcome<readonly Label[]>> => {
    if (wanted.length === 0) return ok([])
    return ok(await ports.labels.findByValues(operation.actor.organization, wanted))
  },
)

/** The labels of these ids, also deleted ones. */
export const findByIds = operatorCase(
  'labels.read',
  async (ports, operation, ids: readonly string[]): Promise<Outcome<readonly Label[]>> =>
    ok(ids.length === 0 ? [] : await ports.labels.findMany(operation.actor.organization, ids)),
)
