import { openCase } from '../../access/cases/open-case.ts'
import type { Cause } from '../../kernel/cause.ts'
import { type EntityId, formatId, parseAgentUuid } from '../../kernel/ids.ts'
import type { VerifiedAgentToken } from '../../kernel/keyring.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { RedeemPorts } from '../../ports.ts'
import type { Agent } from '../ledger/agent.ts'

/** An agent that showed a valid access token; true of it until the token ends, or ask the ledger. */
export type Self = { readonly id: EntityId; readonly token: VerifiedAgentToken }

/** Answered from the token alone: no storage. */
export const authenticateAgent = openCase(
  async (ports: RedeemPorts, token: string): Promise<Outcome<Self>> => {
    const ring = await ports.keyring()
    const verified = await ring.verifyAgentToken(token, Math.floor(ports.now() / 1_000))
    const id = verified && parseAgentUuid(verified.id)
    return verified && id ? ok({ id, token: verified }) : refuse({ kind: 'credential_invalid' })
  },
)

/** The agent as its ledger has it now; refused once it was revoked or left. */
export const inspectAgent = openCase(async (ports: RedeemPorts, self: Self): Promise<Outcome<Agent>> => {
  const { ledger, n } = self.id
  const found = await ports.ledgers.open(ledger, self.token.organization).getAgent(n)
  return found.ok && found.value.state === 'active' ? found : gone(found)
})

export const recordHeartbeat = openCase(async (ports: RedeemPorts, self: Self): Promise<Outcome<Agent>> => {
  const beat = await ports.ledgers.forAgents(self.id.ledger).heartbeat(self.id.n)
  return beat.ok ? beat : gone(beat)
})

/** The agent says goodbye: its claim ends, and another use of its key would be a new one. */
export const endAgent = openCase(
  async (ports: RedeemPorts, self: Self, request: Cause['request']): Promise<Outcome<Agent>> => {
    const { ledger, n } = self.id
    const cause: Cause = { actor: { kind: 'agent', id: formatId(self.id) }, request }
    const left = await ports.ledgers.open(ledger, self.token.organization).leave(n, cause)
    return left.ok ? left : gone(left)
  },
)

/** A token outlives its agent by at most its own life; then it authenticates no agent. */
function gone(outcome: Outcome<Agent>): Outcome<Agent> {
  const isBusy = !outcome.ok && outcome.fault.kind === 'busy'
  return isBusy ? outcome : refuse({ kind: 'credential_invalid' })
}
