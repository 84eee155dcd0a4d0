import { operatorCase } from '../../access/cases/operator-case.ts'
import { parseAgentUuid } from '../../kernel/ids.ts'
import type { VerifiedAgentToken } from '../../kernel/keyring.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
/** The token's claims while its agent is active in the caller's organization; null: not active (RFC 7662, section 2.2). */
export const introspectToken = operatorCase(
  'agents.read',
  async (ports, operation, token: string): Promise<Outcome<VerifiedAgentToken | null>> => {
    const ring = await ports.keyring()
    const verified = await ring.verifyAgentToken(token, Math.floor(ports.now() / 1_000))
    const id = verified && parseAgentUuid(verified.id)
    if (!verified || !id || verified.organization !== operation.actor.organization) return ok(null)
    const agent = await ports.ledgers.open(id.ledger, verified.organization).getAgent(id.n)
    return ok(agent.ok && agent.value.state === 'active' ? verified : null)
  },
)
