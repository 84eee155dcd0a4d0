import { openCase } from '../../access/open-case.ts'
import type { Cause } from '../../kernel/cause.ts'
import { type Faults, type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { RedeemPorts } from '../../ports.ts'
import { issueTokens, type Tokens } from '../keys/redeem.ts'
import { parseRefreshToken } from './token.ts'

/**
 * The next tokens of a refresh family. A token that is none of ours costs no storage; an agent that keeps showing one that is
 * refused is soon answered from memory, and nobody else behind its address is.
 */
export const refreshTokens = openCase(
  async (
    ports: RedeemPorts,
    token: string,
    request: Cause['request'],
  ): Promise<Outcome<Tokens, Faults<'grant_invalid'>>> => {
    const ring = await ports.keyring()
    const state = await parseRefreshToken(ring, token)
    if (!state) return failed(ports, request.address ?? '')
    const { ledger, ...presented } = state
    const wait = ports.refusals.blockedRefreshSeconds(state)
    if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
    const next = await ports.ledgers.forAgents(ledger).refresh({ ...presented, request })
    if (!next.ok) return next
    if (!next.value) {
      ports.refusals.refreshRefused(state)
      return refuse({ kind: 'grant_invalid' })
    }
    return ok(await issueTokens(ports, ring, next.value))
  },
)

async function failed(ports: RedeemPorts, guarded: string): Promise<Refusal<Faults<'grant_invalid'>>> {
  const wait = ports.failures.blockedSeconds('refresh', guarded)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  await ports.failures.failed('refresh', guarded)
  return refuse({ kind: 'grant_invalid' })
}
