import type { Cause } from '../../kernel/cause.ts'
import { formatId } from '../../kernel/ids.ts'
import { type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { issueTokens, type Tokens } from '../keys/redeem.ts'
import type { Identity } from '../ledger/requests.ts'
import { parseRefreshToken } from './token.ts'

/**
 * The next tokens of a refresh family. A token that is none of ours costs no storage; an agent that keeps showing one that is
 * refused is soon answered from memory, and nobody else behind its address is.
 */
export async function refreshTokens(
  ports: Ports,
  token: string,
  request: Cause['request'],
): Promise<Outcome<Tokens>> {
  const identity = await presentRefreshToken(ports, token, request)
  return identity.ok ? ok(await issueTokens(ports, await ports.keyring(), identity.value)) : identity
}

/**
 * The agent leaves, as it does by saying goodbye. A token that is none of ours, or ended before, has nothing to revoke
 * (RFC 7009, section 2.2); an access token is verified offline, and cannot be revoked.
 */
export async function revokeRefreshToken(
  ports: Ports,
  token: string,
  request: Cause['request'],
): Promise<Outcome<null>> {
  const ring = await ports.keyring()
  if (await ring.verifyAgentToken(token, Math.floor(ports.now() / 1_000))) {
    const message = 'An access token ends by itself'
    return refuse({ kind: 'input_invalid', problems: [{ path: ['token'], code: 'other', message }] })
  }
  const identity = await presentRefreshToken(ports, token, request)
  if (!identity.ok) return identity.fault.kind === 'grant_invalid' ? ok(null) : identity
  const { ledger, n, organization } = identity.value.agent
  const cause: Cause = { actor: { kind: 'agent', id: formatId({ ledger, n }) }, request }
  const left = await ports.ledgers.open(ledger).leave(organization, n, cause)
  return left.ok || left.fault.kind !== 'busy' ? ok(null) : left
}

/** Whose it is, and where its family stands now. */
async function presentRefreshToken(
  ports: Ports,
  token: string,
  request: Cause['request'],
): Promise<Outcome<Identity>> {
  const state = await parseRefreshToken(await ports.keyring(), token)
  if (!state) return failed(ports, request.address ?? '')
  const { ledger, ...presented } = state
  const wait = ports.refusals.blockedRefreshSeconds(state)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  const next = await ports.ledgers.open(ledger).refresh({ ...presented, request })
  if (!next.ok) return next
  if (!next.value) {
    ports.refusals.refreshRefused(state)
    return refuse({ kind: 'grant_invalid' })
  }
  return ok(next.value)
}

async function failed(ports: Ports, guarded: string): Promise<Refusal> {
  const wait = ports.failures.blockedSeconds('refresh', guarded)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  await ports.failures.failed('refresh', guarded)
  return refuse({ kind: 'grant_invalid' })
}
