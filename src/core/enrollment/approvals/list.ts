import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import type { HoldingQuery } from '../../search/catalogue.ts'
import type { WaitingClaim } from '../ledger/approval.ts'

/** The claims of one key that hold a use, oldest first. */
export type WaitingAtKey = EntityId & { readonly claims: readonly WaitingClaim[] }

/** `held`: to be confirmed by its machine; `pending`: for an operator; `approved`: for its machine, to ask again. */
export const CLAIM_STATUSES = ['pending', 'approved', 'held'] as const
export type ClaimStatus = (typeof CLAIM_STATUSES)[number]

export function statusOfClaim({ kind, approvedAt }: WaitingClaim): ClaimStatus {
  if (kind === 'reserve') return 'held'
  return approvedAt === null ? 'pending' : 'approved'
}

export type WaitingFilter = Pick<HoldingQuery, 'key' | 'profile'> & {
  readonly status?: ClaimStatus | undefined
}

/**
 * What waits, key by key: D1 knows of which keys uses are held, within a second, and each key's ledger for which claims.
 * Keys that are outside the operator's reach have none.
 */
export const listApprovals = reachCase(
  'agents.approve',
  async (
    ports,
    operation,
    reach,
    { status, ...of }: WaitingFilter,
    page: Page,
  ): Promise<Outcome<readonly WaitingAtKey[]>> => {
    const { organization } = operation.actor
    const keys = await ports.catalogue.listHoldingKeys({ organization, ...of }, page)
    const byLedger = Map.groupBy(keys, ({ ledger }) => ledger)
    const found = await Promise.all(
      [...byLedger].map(([ledger, its]) =>
        ports.ledgers.open(ledger, organization).waitingClaims(
          its.map(({ n }) => n),
          reach,
        ),
      ),
    )
    const failed = found.find((one) => !one.ok)
    if (failed && !failed.ok) return failed
    const claims = found.flatMap((one) => (one.ok ? one.value : []))
    return ok(
      keys.map(({ ledger, n }) => ({
        ledger,
        n,
        claims: claims.filter(
          (claim) =>
            claim.key.ledger === ledger &&
            claim.key.n === n &&
            (status === undefined || statusOfClaim(claim) === status),
        ),
      })),
    )
  },
)
