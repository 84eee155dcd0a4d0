import * as z from 'zod'
import { toBase64Url } from '../../../core/kernel/encoding.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { operationOf } from './edge.ts'
import { parameterRoute } from './route.ts'
import { SESSIONS } from './session.ts'

const Credential = z.object({
  email: z.string().max(255),
  password: z.string().max(1_024),
  organisation_key: z.string().max(255).nullish().meta({
    description: 'One’s own organization, or a child of it',
  }),
})

const SignedIn = z.object({
  success: z.literal(true),
  auth_token: z.string(),
  email: z.string(),
  role: z.string(),
  time_zone: z.string(),
  organisation: z.object({
    name: z.string(),
    organisation_key: z.string(),
    license: z.object({ license_key: z.null() }),
  }),
})

const signIn = parameterRoute({
  method: 'post',
  path: '/api_sign_in',
  access: 'public',
  operation: {
    id: 'api_sign_in',
    summary: 'Sign in',
    description: 'The token ends when it is not used for 30 minutes.',
  },
  input: Credential,
  reply: SignedIn,
  handle: async ({ core, input, request }) => {
    const { email, password, organisation_key: key } = input
    const user = await core.users.authenticateUser({ email, password }, request)
    if (!user.ok) return user
    const entered = key
      ? await core.organizations.enterOrganization(user.value, key, request.address)
      : ok(null)
    if (!entered.ok) return entered
    const token = await core.sessions.openSession(SESSIONS, user.value, entered.value, request)
    if (!token.ok) return token
    const actor = await core.sessions.useSession(SESSIONS, token.value, request)
    if (!actor.ok) return actor
    const organization = await core.organizations.getOrganization({ actor: actor.value, request })
    if (!organization.ok) return organization
    const { name, organisationKey, timeZone } = organization.value
    return ok({
      success: true,
      auth_token: toBase64Url(token.value),
      email: user.value.email,
      role: actor.value.permissions.has('key_pairs.write') ? 'admin' : 'user',
      time_zone: timeZone,
      organisation: { name, organisation_key: organisationKey, license: { license_key: null } },
    } satisfies z.output<typeof SignedIn>)
  },
})

const signOut = parameterRoute({
  method: 'delete',
  path: '/api_sign_out',
  access: 'user',
  operation: { id: 'api_sign_out', summary: 'Sign out' },
  input: z.object({}),
  reply: z.object({ success: z.literal(true), message: z.string() }),
  handle: async (call) => {
    const closed = await call.core.sessions.closeSession(operationOf(call))
    // As the original spells it.
    return closed.ok ? ok({ success: true, message: 'User signout Sucessfully.' }) : closed
  },
})

export const sessionRoutes = [signIn, signOut]
