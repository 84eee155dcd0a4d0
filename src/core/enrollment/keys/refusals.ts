import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { RefusalCount, Refusals } from '../ledger/redemption.ts'
import { keysNamedBy } from '../redemption/request-name.ts'
import { withoutDecoy } from './decoy.ts'

/** What was refused of a key in the last thirty days. */
export const listRefusals = reachCase(
  'keys.read',
  async (ports, operation, reach, id: EntityId, limit: number): Promise<Outcome<Refusals>> =>
    atLedger(ports, operation, id, 'key', async (ledger) => {
      const key = withoutDecoy(operation, await ledger.getKey(id.n, reach))
      return key.ok ? ledger.refusals(id.n, limit) : key
    }),
)

export type ExplainedRequest = { readonly key: EntityId; readonly refusal: RefusalCount }

/**
 * Why a request was refused that redeemed a key; null when that is not kept, or not the operator's to know. A row of
 * refusals keeps the ids of its first requests.
 */
export const explainRequest = reachCase(
  'keys.read',
  async (ports, operation, reach, request: string): Promise<Outcome<ExplainedRequest | null>> => {
    for (const id of await keysNamedBy(await ports.keyring(), request)) {
      const found = await atLedger(ports, operation, id, 'key', async (ledger) => {
        const key = withoutDecoy(operation, await ledger.getKey(id.n, reach))
        return key.ok ? ledger.refusalOfRequest(id.n, request) : key
      })
      if (found.ok && found.value) return ok({ key: id, refusal: found.value })
      if (!found.ok && found.fault.kind === 'busy') return found
    }
    return ok(null)
  },
)
