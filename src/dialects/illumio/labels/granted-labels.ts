import type { Grant } from '../../../core/enrollment/ledger/profile.ts'
import { type Faults, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { labelId } from '../edge/collection.ts'
import { operationOf } from '../edge/edge.ts'
import type { Caller } from '../pairing/profile-of.ts'

type Refs = readonly { readonly href: string }[]
type Granted = Outcome<Grant['labels'], Faults<'label_key_repeated'>>

/** The labels of hrefs, in their order; each must be a live one of this organization. */
export async function grantedLabels(call: Caller, refs: Refs): Promise<Granted> {
  const [granted] = await grantedLabelLists(call, [refs])
  return granted ?? ok([])
}

/** The same for each of several lists, with one look-up. */
export async function grantedLabelLists(call: Caller, lists: readonly Refs[]): Promise<readonly Granted[]> {
  const operation = operationOf(call)
  const { organization } = operation.actor
  const ids = lists.map((refs) => refs.map(({ href }) => labelId(href, organization)))
  const resolved = await call.core.labels.resolveManyLabels(
    operation,
    ids.map((of) => of.filter((id) => id !== null)),
  )
  return lists.map((refs, at): Granted => {
    const own = ids[at] ?? []
    const malformed = refs[own.indexOf(null)]
    if (malformed) return refuse({ kind: 'reference_unknown', reference: malformed.href })
    const found = resolved[at] ?? ok([])
    if (found.ok) return ok(found.value.map(({ key, id }) => ({ key, id })))
    const { fault } = found
    if (fault.kind !== 'label_unknown') return refuse(fault)
    return refuse({ kind: 'reference_unknown', reference: refs[own.indexOf(fault.id)]?.href ?? '' })
  })
}
