import * as z from 'zod'
import { type ApiToken, MAX_CLIENT_ID_CHARACTERS } from '../../../core/access/api-clients/sign-in.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { type AnyCall, sessionOf, zpaRoute } from '../edge/edge.ts'

/** What an assertion is for; the address is the vendor's whichever server is asked (docs/dialects/zpa.md#assertions). */
const VENDOR_AUDIENCE = 'https://api.zscaler.com'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const ClientId = z.string().max(MAX_CLIENT_ID_CHARACTERS)

const Legacy = z.object({ client_id: ClientId, client_secret: z.string() })

const OneApi = z.union([
  z.object({
    grant_type: z.literal('client_credentials'),
    client_id: ClientId,
    client_assertion: z.string(),
    client_assertion_type: z.literal(JWT_BEARER),
  }),
  z.object({ grant_type: z.literal('client_credentials'), client_id: ClientId, client_secret: z.string() }),
])

const token = { token_type: z.literal('Bearer'), access_token: z.string() }
const LegacyToken = z.object({ ...token, expires_in: z.string().meta({ description: 'Seconds, in digits' }) })
const OneApiToken = z.object({ ...token, expires_in: z.number().int().meta({ description: 'Seconds' }) })

const signIn = zpaRoute({
  method: 'post',
  path: '/signin',
  access: 'public',
  operation: { id: 'zpa_signin', summary: 'Sign in with an API key', description: 'Its life is a string.' },
  body: { schema: Legacy, encoding: 'form' },
  replies: { 200: { description: 'A token', schema: LegacyToken } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { client_id, client_secret } = input.value
    const signedIn = await withSecret(call, client_id, client_secret)
    if (!signedIn.ok) return signedIn
    const { accessToken, expiresInSeconds } = signedIn.value
    const json = { token_type: 'Bearer', access_token: accessToken, expires_in: String(expiresInSeconds) }
    return ok({ status: 200, json })
  },
})

const issueToken = zpaRoute({
  method: 'post',
  path: '/oauth2/v1/token',
  access: 'public',
  operation: {
    id: 'zpa_oauth2_token',
    summary: 'Sign in with an API key’s secret, or with an assertion (RFC 7523)',
    description: 'Its life is a number.',
  },
  body: { schema: OneApi, encoding: 'form' },
  replies: { 200: { description: 'A token', schema: OneApiToken } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const signedIn = await prove(call, input.value)
    if (!signedIn.ok) return signedIn
    const { accessToken, expiresInSeconds } = signedIn.value
    const json = { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds }
    return ok({ status: 200, json })
  },
})

const signOut = zpaRoute({
  method: 'post',
  path: '/signout',
  access: 'session',
  operation: { id: 'zpa_signout', summary: 'End a token before its time' },
  replies: { 204: { description: 'It ends: here at once, elsewhere within 10 seconds' } },
  handle: async (call) => {
    const ended = await call.core.apiClients.signOutApiClient(sessionOf(call), call.request)
    return ended.ok ? ok({ status: 204 }) : ended
  },
})

function prove(call: AnyCall, input: z.output<typeof OneApi>): Promise<Outcome<ApiToken>> {
  const { client_id } = input
  if ('client_secret' in input) return withSecret(call, client_id, input.client_secret)
  const audiences = [VENDOR_AUDIENCE, `${call.core.service.getPublicUrl()}/oauth2/v1/token`]
  const proof = { kind: 'assertion', assertion: input.client_assertion, audiences } as const
  return call.core.apiClients.signInApiClient('zpa', client_id, proof, call.request)
}

function withSecret({ core, request }: AnyCall, clientId: string, secret: string) {
  return core.apiClients.signInApiClient('zpa', clientId, { kind: 'secret', secret }, request)
}

export const signInRoutes = [signIn, issueToken, signOut]
