import { operatorCase } from '../../access/cases/operator-case.ts'
import type { Issuer } from '../../issuers/port.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Agent } from '../ledger/agent.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import type { Profile } from '../ledger/profile.ts'

/** An agent and what it belongs to, ended or not. */
export type Described = {
  readonly agent: Agent
  readonly profile: Profile | null
  readonly key: EnrollmentKey | null
  readonly issuer: Issuer | null
}

/** Of agents of one ledger, in their order. */
export const describeAgents = operatorCase(
  'agents.read',
  async (ports, operation, agents: readonly Agent[]): Promise<Outcome<readonly Described[]>> => {
    const { organization } = operation.actor
    const ledger = agents[0]?.ledger ?? 0
    const [profiles, keys] = await Promise.all([
      ports.lookUp(
        'profiles',
        organization,
        ledger,
        agents.map(({ profile }) => profile),
      ),
      ports.lookUp(
        'keys',
        organization,
        ledger,
        agents.map(({ key }) => key),
      ),
    ])
    const ids = [...keys.values()].flatMap(({ issuer }) => issuer ?? [])
    const issuers = await ports.lookUp('issuers', organization, null, ids)
    return ok(
      agents.map((agent) => {
        const key = keys.get(agent.key) ?? null
        const issuer = issuers.get(key?.issuer ?? 0) ?? null
        return { agent, profile: profiles.get(agent.profile) ?? null, key, issuer }
      }),
    )
  },
)
