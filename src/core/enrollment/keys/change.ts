import { causeOf, denialOf, within } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Faults, Outcome } from '../../kernel/outcome.ts'
import { type IdentityInput, resolveIdentity } from '../identity/resolve.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey, KeyChange } from '../ledger/key.ts'

export type KeyChangeInput = KeyChange & {
  /** Instead of its rules; none: it lets in who has its code. */
  readonly identity?: readonly IdentityInput[]
}

/** A limit may be lowered below the count: what is enrolled stays, the next redemption is refused. */
export const changeKey = reachCase(
  'keys.write',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    { identity, ...members }: KeyChangeInput,
  ): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>> => {
    // An operator who may not approve may not switch approval off, either.
    const isAboutApproval = members.rules?.approval !== undefined
    const refusal = isAboutApproval ? denialOf(operation, within('agents.approve')) : null
    if (refusal) return refusal
    const resolved = identity && (await resolveIdentity(ports.outbound, identity))
    if (resolved && !resolved.ok) return resolved
    const change = resolved ? { ...members, rules: { ...members.rules, identity: resolved.value } } : members
    return atLedger(ports, operation, id, 'key', (ledger) =>
      ledger.changeKey(id.n, change, causeOf(operation), reach),
    )
  },
)
