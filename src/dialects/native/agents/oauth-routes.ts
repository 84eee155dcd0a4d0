/** Fields that are not known are ignored, as RFC 6749, section 3.2, requires. */
import * as z from 'zod'
import type { VerifiedAgentToken } from '../../../core/kernel/keyring.ts'
import { map } from '../../../core/kernel/outcome.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { OAuthError } from '../edge/problem.ts'
import { AgentIdentity, formatTokenIdentity, formatTokens, TokenReply } from './agent-wire.ts'

const Refreshment = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string(),
  /** Without a value it is as if it were absent (RFC 6749, section 3.2). */
  scope: z.literal('').optional().describe('Agents have no scopes: any value is refused (RFC 6749 §3.3, §6)'),
})

const Revocation = z.object({
  token: z.string().min(1).describe('A refresh token'),
  token_type_hint: z.string().optional(),
})

const { id: _, ...agentMembers } = AgentIdentity.shape

/** RFC 7662, section 2.2 (docs/dialects/native.md#introspection). */
const Introspection = z
  .object({
    active: z.boolean().describe('False: the token does not hold, and nothing else is said'),
    ...z
      .object({
        token_type: z.literal('Bearer'),
        iss: z.string(),
        aud: z.string(),
        sub: z.uuid().describe('The agent'),
        client_id: z.uuid().describe('The agent: it is its own client'),
        jti: z.string(),
        iat: z.number().int(),
        exp: z.number().int(),
        ...agentMembers,
      })
      .partial().shape,
  })
  .meta({ id: 'Introspection' })

const refusals = {
  400: { description: 'The request or its token is not valid', schema: OAuthError },
  413: { description: 'The body is too large', schema: OAuthError },
  429: {
    description: 'Too many refusals of this token',
    schema: OAuthError,
    headers: { 'Retry-After': 'Seconds' },
  },
  503: {
    description: 'Not possible at this moment',
    schema: OAuthError,
    headers: { 'Retry-After': 'Seconds' },
  },
}

const token = nativeRoute({
  method: 'post',
  path: '/v1/token',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'token',
    summary: 'The next tokens of an agent (RFC 6749 §6)',
    description:
      'Each refresh token is followed by one other. Until that is used, the same one may be presented again and gets ' +
      'the same successor, so that a lost reply locks no agent out; an older one revokes them all.',
  },
  body: { schema: Refreshment, encoding: 'form' },
  replies: { 200: { description: 'Tokens', schema: TokenReply }, ...refusals },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    return map(await core.agents.refreshTokens(input.value.refresh_token, request), (tokens) => ({
      status: 200,
      json: formatTokens(tokens),
      headers: { Pragma: 'no-cache' },
    }))
  },
})

const revoke = nativeRoute({
  method: 'post',
  path: '/v1/revoke',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'revoke',
    summary: 'An agent leaves with its refresh token (RFC 7009)',
    description:
      'Its claim ends, and another enrollment with it spends a new use. A token that is unknown or ended before gets 200, too. ' +
      'Access tokens end by themselves: `unsupported_token_type`.',
  },
  body: { schema: Revocation, encoding: 'form' },
  replies: {
    200: { description: 'The token has ended', schema: z.object({}) },
    ...refusals,
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    return map(await core.agents.revokeRefreshToken(input.value.token, request), () => ({
      status: 200,
      json: {},
    }))
  },
})

const introspect = nativeRoute({
  method: 'post',
  path: '/v1/introspect',
  access: 'agents.read',
  operation: {
    id: 'introspect',
    summary: 'Whether an agent’s access token holds at this instant (RFC 7662)',
    description:
      'Of another organization, of an agent that was revoked or left, expired or junk: not active.',
  },
  body: { schema: z.object({ token: z.string() }), encoding: 'form' },
  replies: {
    200: { description: 'The token’s claims, or that it is not active', schema: Introspection },
    ...refusals,
    401: { description: 'The caller’s own credential is not valid', schema: OAuthError },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const found = await call.core.agents.introspectToken(operationOf(call), input.value.token)
    return map(found, (verified) => ({ status: 200, json: formatIntrospection(verified) }))
  },
})

function formatIntrospection(verified: VerifiedAgentToken | null): z.output<typeof Introspection> {
  if (!verified) return { active: false }
  const { id: sub, ...identity } = formatTokenIdentity(verified)
  return {
    active: true,
    token_type: 'Bearer',
    iss: verified.issuer,
    aud: verified.audience,
    sub,
    client_id: sub,
    jti: verified.tokenId,
    iat: verified.issuedAtSeconds,
    exp: verified.expiresAtSeconds,
    ...identity,
  }
}

export const oauthRoutes = [token, revoke, introspect]
