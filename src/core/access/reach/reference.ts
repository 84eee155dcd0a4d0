import { parseId } from '../../kernel/ids.ts'
import { type Faults, map, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Scope } from '../actor.ts'
import { profileOfScope } from './scope.ts'

/** Something that an input names, and in which words: a refusal repeats them. */
export type Reference = { readonly id: string; readonly text: string }

/** A scope's labels, ascending, and its profiles; each must be there, and only one label of each key makes sense. */
export async function resolveScope(
  ports: Ports,
  organization: number,
  references: readonly Reference[],
): Promise<Outcome<Scope, Faults<'label_key_repeated'>>> {
  const [labels, profiles] = [true, false].map((isLabel) =>
    references.filter(({ id }) => (profileOfScope(id) === null) === isLabel),
  ) as [Reference[], Reference[]]
  for (const one of profiles) {
    if (!(await isProfile(ports, organization, one))) {
      return refuse({ kind: 'reference_unknown', reference: one.text })
    }
  }
  const resolved = await resolveLabels(ports, organization, labels)
  return map(resolved, (ids) => [...ids, ...profiles.map(({ id }) => id).sort()])
}

async function isProfile(ports: Ports, organization: number, { id }: Reference): Promise<boolean> {
  const profile = parseId(profileOfScope(id) ?? '')
  if (!profile) return false
  return (await ports.lookUp('profiles', organization, profile.ledger, [profile.n])).size > 0
}

async function resolveLabels(
  ports: Ports,
  organization: number,
  references: readonly Reference[],
): Promise<Outcome<Scope, Faults<'label_key_repeated'>>> {
  if (references.length === 0) return ok([])
  const found = await ports.labels.findMany(
    organization,
    references.map(({ id }) => id),
  )
  const live = new Map(found.filter(({ deletedAt }) => deletedAt === null).map((one) => [one.id, one]))
  const unknown = references.find(({ id }) => !live.has(id))
  if (unknown) return refuse({ kind: 'reference_unknown', reference: unknown.text })
  const keys = references.map(({ id }) => live.get(id)?.key ?? '')
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index)
  if (repeated !== undefined) return refuse({ kind: 'label_key_repeated', key: repeated })
  return ok(references.map(({ id }) => id).sort((a, b) => Number(a) - Number(b)))
}

/** The number of a restriction of the organization; null stays null. */
export async function resolveRestriction(
  ports: Ports,
  organization: number,
  reference: Reference | null,
): Promise<Outcome<number | null>> {
  if (reference === null) return ok(null)
  const found = await ports.restrictions.find(organization, Number(reference.id))
  return found ? ok(found.id) : refuse({ kind: 'reference_unknown', reference: reference.text })
}
