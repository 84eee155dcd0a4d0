import * as z from 'zod'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { formatTime } from '../../../http/time.ts'
import { Time } from '../../../http/words/wire.ts'
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

const OwnSessionReply = z
  .object({
    id: z.string(),
    kind: z.string().describe('What it is good for: `<dialect>:<sort>`'),
    current: z.boolean().describe('The one by which this is asked'),
    created_at: Time,
    ends_at: Time.describe('Unless it is used before'),
    expires_at: Time.describe('Whatever happens'),
  })
  .meta({ id: 'OwnSession' })

const list = nativeRoute({
  method: 'get',
  path: '/v1/sessions',
  access: 'member',
  operation: { id: 'sessions_list', summary: 'One’s own sessions, in every dialect, the newest first' },
  replies: { 200: { description: 'The sessions', schema: z.object({ items: z.array(OwnSessionReply) }) } },
  handle: async (call) =>
    map(await call.core.sessions.listOwnSessions(operationOf(call)), (sessions) => ({
      status: 200,
      json: {
        items: sessions.map(
          ({ id, sort, isCurrent, createdAt, endsAt, expiresAt }): z.output<typeof OwnSessionReply> => ({
            ...{ id, kind: sort, current: isCurrent },
            created_at: formatTime(createdAt),
            ends_at: formatTime(endsAt),
            expires_at: formatTime(expiresAt),
          }),
        ),
      },
    })),
})

const end = nativeRoute({
  method: 'delete',
  path: '/v1/sessions/:session',
  access: 'member',
  operation: { id: 'sessions_end', summary: 'End one of one’s own sessions' },
  params: z.object({ session: z.string().regex(/^[0-9a-f]{32}$/) }),
  subject: 'session',
  replies: { 204: { description: 'It has ended' } },
  handle: async (call) => {
    const closed = await call.core.sessions.closeOwnSession(operationOf(call), call.params.session)
    return closed.ok ? ok({ status: 204 }) : closed
  },
})

// `current` before `:session`: the first route that matches answers.
export const sessionRoutes = [signIn, signOut, list, end]
