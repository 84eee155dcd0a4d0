import { openCase } from '../../access/cases/open-case.ts'
import type { Cause } from '../../kernel/cause.ts'
import { formatId } from '../../kernel/ids.ts'
import { type Faults, invalid, type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { RedeemPorts } from '../../ports.ts'
import type { Identity } from '../ledger/redemption.ts'
import { issueTokens, type Tokens } from '../redemption/redeem.ts'
import { parseRefreshToken } from './token.ts'

/**
 * The next tokens of a refresh family. A token that is none of ours costs no storage; an agent that keeps showing one that is
 * refused is soon answered from memory, and no other agent behind its address is.
 */
export const refreshTokens = openCase(
  async (
    ports: RedeemPorts,
    token: string,
    request: Cause['request'],
  ): Promise<Outcome<Tokens, Faults<'grant_invalid'>>> => {
    const identity = await presentRefreshToken(ports, token, request)
    return identity.ok ? ok(await issueTokens(ports, await ports.keyring(), identity.value)) : identity
  },
)

/**
 * The agent leaves, as it does by saying goodbye. A token that is none of ours, or ended before, has nothing to revoke
 * (RFC 7009, section 2.2); an access token is verified offline, and cannot be revoked.
 */
export const revokeRefreshToken = openCase(
  async (ports: RedeemPorts, token: string, request: Cause['request']): Promise<Outcome<null>> => {
    const ring = await ports.keyring()
    if (await ring.verifyAgentToken(token, Math.floor(ports.now() / 1_000))) {
      return invalid('token', 'An access token ends by itself')
    }
    const identity = await presentRefreshToken(ports, token, request)
    if (!identity.ok) {
      const { fault } = identity
      return fault.kind === 'grant_invalid' ? ok(null) : refuse(fault)
    }
    const { ledger, n, organization } = identity.value.agent
    const cause: Cause = { actor: { kind: 'agent', id: formatId({ ledger, n }) }, request }
    const left = await ports.ledgers.open(ledger, organization).leave(n, cause)
    return left.ok || left.fault.kind !== 'busy' ? ok(null) : left
  },
)

/** Whose it is, and where its family stands now. */
async function presentRefreshToken(
  ports: RedeemPorts,
  token: string,
  request: Cause['request'],
): Promise<Outcome<Identity, Faults<'grant_invalid'>>> {
  const state = await parseRefreshToken(await ports.keyring(), token)
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
  return ok(next.value)
}

async function failed(ports: RedeemPorts, guarded: string): Promise<Refusal<Faults<'grant_invalid'>>> {
  const wait = ports.failures.blockedSeconds('refresh', guarded)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  await ports.failures.failed('refresh', guarded)
  return refuse({ kind: 'grant_invalid' })
}
