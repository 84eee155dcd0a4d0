/** Everything of an organization that lists have, to be kept or moved. No code is in it: the ledgers have hashes only. */
import { denialOf, type Operation, operatorCase } from '../access/cases/operator-case.ts'
import { seesDecoys } from '../enrollment/keys/decoy.ts'
import type { Agent } from '../enrollment/ledger/agent.ts'
import { freshly } from '../enrollment/ledger/freshness.ts'
import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { Profile } from '../enrollment/ledger/profile.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { rowsOf } from './rows.ts'

type Rows<Row> = AsyncIterable<readonly Row[]>

/** @property asOf up to when everything is in it; Unix milliseconds */
type Exported<T> = T & { readonly asOf: number }

export type ExportedOrganization = {
  readonly profiles: Rows<Profile>
  readonly keys: Rows<EnrollmentKey>
  readonly agents: Rows<Agent>
}

/** For operators who may read all three everywhere. */
export const exportOrganization = operatorCase(
  'keys.read',
  async (ports, operation): Promise<Outcome<Exported<ExportedOrganization>>> => {
    const denial = denialOf(operation, 'profiles.read') ?? denialOf(operation, 'agents.read')
    if (denial) return denial
    const { organization } = operation.actor
    return freshly(ports, operation, {}, async () => ({
      profiles: rowsOf(ports, 'profiles', { organization, now: ports.now() }),
      keys: keysOf(ports, operation),
      agents: agentsOf(ports, operation),
    }))
  },
)

export const exportKeys = operatorCase(
  'keys.read',
  async (ports, operation): Promise<Outcome<Exported<Pick<ExportedOrganization, 'keys'>>>> =>
    freshly(ports, operation, {}, async () => ({ keys: keysOf(ports, operation) })),
)

export const exportAgents = operatorCase(
  'agents.read',
  async (ports, operation): Promise<Outcome<Exported<Pick<ExportedOrganization, 'agents'>>>> =>
    freshly(ports, operation, {}, async () => ({ agents: agentsOf(ports, operation) })),
)

function keysOf(ports: Ports, operation: Operation): Rows<EnrollmentKey> {
  const { organization } = operation.actor
  return rowsOf(ports, 'keys', { organization, now: ports.now(), withDecoys: seesDecoys(operation) })
}

function agentsOf(ports: Ports, operation: Operation): Rows<Agent> {
  return rowsOf(ports, 'agents', { organization: operation.actor.organization, now: ports.now() })
}
