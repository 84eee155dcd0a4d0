import * as z from 'zod'
import type { Agent, AgentState, MassRevocation, Revocation } from '../../../core/enrollment/ledger/agent.ts'
import type { Identity } from '../../../core/enrollment/ledger/redemption.ts'
import type { Tokens } from '../../../core/enrollment/redemption/redeem.ts'
import type { VerifiedAgentToken } from '../../../core/kernel/keyring.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { formatLabels } from '../../../http/words/label-map.ts'
import { formatKeyId, formatProfileId, Time } from '../../../http/words/wire.ts'

/** Who an agent is: what its token says, and what does not change. */
export const AgentIdentity = z
  .object({
    id: z.uuid(),
    organization_id: z.number().int(),
    profile_id: z.string(),
    key_id: z.string(),
    dialect: z.string(),
  })
  .meta({ id: 'AgentIdentity' })

export const State = z.enum(['active', 'revoked', 'left'] satisfies AgentState[])

export const AgentReply = AgentIdentity.extend({
  use: z.number().int().describe('Which use of its key this was, from 1'),
  state: State,
  hostname: z.string(),
  labels: z.record(z.string(), z.string()).describe('Its key’s when it enrolled, until they are changed'),
  facts: z.record(z.string(), z.unknown()),
  enrolled_at: Time,
  enrolled_from: z.string().nullable().describe('The client’s address, where it is known'),
  seen_at: Time,
  ended_at: Time.nullable().describe('When it left, or was revoked'),
}).meta({ id: 'Agent' })

/** RFC 6749, section 5.1 (docs/dialects/native.md#tokens). */
export const TokenReply = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().describe('Seconds'),
    refresh_token: z.string(),
  })
  .meta({ id: 'Tokens' })

export const AndKey = z
  .enum(['disable', 'keep'])
  .describe('What becomes of the key, with which a revoked machine could enroll again under a new claim')

export const RevocationReply = z
  .object({
    agents: z.array(z.uuid()),
    count: z.number().int(),
    dry_run: z.boolean(),
    key: z
      .object({
        enabled: z.boolean(),
        uses_left: z.number().int().nullable().describe('null: unlimited'),
      })
      .describe('After this call; in a dry run, as it would be'),
  })
  .meta({ id: 'Revocation' })

export const MassRevocationReply = RevocationReply.extend({
  left_out: z
    .number()
    .int()
    .describe(
      'How many more it would be, that have labels other than the caller’s role is for: they stay as they are',
    ),
}).meta({ id: 'MassRevocation' })

export function formatIdentity(agent: Identity['agent']): z.output<typeof AgentIdentity> {
  const { ledger, id, organization, dialect } = agent
  return {
    id,
    organization_id: organization,
    profile_id: formatProfileId({ ledger, n: agent.profile }),
    key_id: formatKeyId({ ledger, n: agent.key }),
    dialect,
  }
}

export function formatTokenIdentity(token: VerifiedAgentToken): z.output<typeof AgentIdentity> {
  return {
    id: token.id,
    organization_id: token.organization,
    profile_id: formatProfileId(token.profile),
    key_id: formatKeyId(token.key),
    dialect: token.dialect,
  }
}

export function formatAgent(agent: Agent): z.output<typeof AgentReply> {
  return {
    ...formatIdentity(agent),
    use: agent.use,
    state: agent.state,
    hostname: agent.hostname,
    labels: formatLabels(agent),
    facts: agent.facts,
    enrolled_at: formatTime(agent.enrolledAt),
    enrolled_from: agent.enrolledFrom,
    seen_at: formatTime(agent.seenAt),
    ended_at: formatTimeOrNull(agent.endedAt),
  }
}

export function formatTokens(tokens: Tokens): z.output<typeof TokenReply> {
  return {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
  }
}

export function formatRevocation(
  { agents, keyState }: Revocation,
  isDryRun: boolean,
): z.output<typeof RevocationReply> {
  const { isEnabled: enabled, usesLeft } = keyState
  const key = { enabled, uses_left: usesLeft }
  return { agents: [...agents], count: agents.length, dry_run: isDryRun, key }
}

export function formatMassRevocation(
  { leftOut: left_out, ...revocation }: MassRevocation,
  isDryRun: boolean,
): z.output<typeof MassRevocationReply> {
  return { ...formatRevocation(revocation, isDryRun), left_out }
}
