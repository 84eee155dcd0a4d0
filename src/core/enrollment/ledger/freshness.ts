/** How fresh D1's view is, and how a caller waits for what they know of. */
import type { Operation } from '../../access/cases/operator-case.ts'
import { invalid, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { atLedger } from './at-ledger.ts'

/** How long a redemption may take to be listed: its ledger tells D1 within a second, and D1 takes a moment. */
const LISTED_WITHIN_MILLISECONDS = 2_000

export type Freshness = {
  /** The list has to have what happened up to then; Unix milliseconds. Absent: whatever D1 has. */
  readonly minAsOf?: number | undefined
  /** The only ledger that the list is about. */
  readonly ledger?: number | undefined
}

/**
 * Up to when everything is in D1. Of one ledger that is asked to deliver it is exact. Of an organization it is what D1
 * knows: a ledger that D1 refused something says so; one that found D1 down says it with its next delivery.
 */
async function awaitFreshness(
  ports: Ports,
  operation: Operation,
  { minAsOf, ledger }: Freshness,
): Promise<Outcome<number>> {
  const { organization } = operation.actor
  if (minAsOf === undefined) return ok(await knownAsOf(ports, organization))
  if (minAsOf > ports.now() + LISTED_WITHIN_MILLISECONDS) return invalid('minAsOf', 'A time that has come')
  if (ledger === undefined) {
    const wait = minAsOf + LISTED_WITHIN_MILLISECONDS - ports.now()
    if (wait > 0) await ports.pause(wait)
    return atLeast(minAsOf, await knownAsOf(ports, organization))
  }
  const delivered = await atLedger(ports, operation, { ledger }, 'ledger', (its) => its.deliver())
  if (!delivered.ok) {
    // A ledger of another organization has nothing that is listed here.
    return delivered.fault.kind === 'not_found' ? ok(minAsOf) : delivered
  }
  return atLeast(minAsOf, delivered.value)
}

async function knownAsOf({ catalogue, now }: Ports, organization: number): Promise<number> {
  const at = now() - LISTED_WITHIN_MILLISECONDS
  const oldest = await catalogue.oldestStuck(organization)
  return oldest === null ? at : Math.min(at, oldest - 1)
}

function atLeast(minAsOf: number, asOf: number): Outcome<number> {
  return asOf < minAsOf ? refuse({ kind: 'busy', retryAfterSeconds: 1 }) : ok(asOf)
}

/** What is listed once D1 is as fresh as was asked. */
export async function freshly<T extends object>(
  ports: Ports,
  operation: Operation,
  freshness: Freshness,
  list: () => Promise<T>,
): Promise<Outcome<T & { readonly asOf: number }>> {
  const asOf = await awaitFreshness(ports, operation, freshness)
  if (!asOf.ok) return asOf
  return ok({ ...(await list()), asOf: asOf.value })
}
