import * as z from 'zod'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { formatSessionToken, SESSIONS } from '../edge/session.ts'

const SignIn = z.strictObject({ email: z.string().max(255), password: z.string().max(1_024) })

const SessionReply = z
  .object({
    token: z.string().describe('Sent as `Authorization: Bearer`. Shown once'),
    organization_id: z.number().int(),
    idle_seconds: z.number().int().describe('Without use for so long it ends'),
    lifetime_seconds: z.number().int(),
  })
  .meta({ id: 'Session' })

const signIn = nativeRoute({
  method: 'post',
  path: '/v1/sessions',
  access: 'anyone',
  operation: {
    id: 'sessions_create',
    summary: 'Sign in with an e-mail address and a password',
    description:
      'A session is a person: it may decide on approvals, which an API key may not unless the key says so.',
  },
  body: { schema: SignIn, encoding: 'json' },
  replies: { 201: { description: 'The session', schema: SessionReply } },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const user = await core.users.authenticateUser(input.value, request)
    if (!user.ok) return user
    const token = await core.sessions.openSession(SESSIONS, user.value, null, request)
    if (!token.ok) return token
    const actor = await core.sessions.useSession(SESSIONS, token.value, request)
    return map(actor, ({ organization }) => ({
      status: 201,
      json: {
        token: formatSessionToken(token.value),
        organization_id: organization,
        idle_seconds: SESSIONS.idleSeconds ?? SESSIONS.lifetimeSeconds,
        lifetime_seconds: SESSIONS.lifetimeSeconds,
      } satisfies z.output<typeof SessionReply>,
    }))
  },
})

const signOut = nativeRoute({
  method: 'delete',
  path: '/v1/sessions/current',
  access: 'session',
  operation: { id: 'sessions_delete', summary: 'Sign out: the session ends' },
  replies: { 204: { description: 'The session has ended' } },
  handle: async (call) => {
    const closed = await call.core.sessions.closeSession(operationOf(call))
    return closed.ok ? ok({ status: 204 }) : closed
  },
})

export const sessionRoutes = [signIn, signOut]
