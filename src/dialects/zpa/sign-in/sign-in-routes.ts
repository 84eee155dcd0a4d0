import * as z from 'zod'
import { type ApiToken, MAX_CLIENT_ID_CHARACTERS } from '../../../core/access/api-clients/sign-in.ts'
import { invalid, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { basicCredentials } from '../../../http/credentials.ts'
import { type AnyCall, sessionOf, TOKEN_OPERATION, zpaRoute } from '../edge/edge.ts'
import { OAuthError } from '../edge/refusal.ts'

/** What an assertion is for; the address is the vendor's whichever server is asked (docs/dialects/zpa.md#assertions). */
const VENDOR_AUDIENCE = 'https://api.zscaler.com'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const ClientId = z.string().max(MAX_CLIENT_ID_CHARACTERS)

const Legacy = z.object({ client_id: ClientId, client_secret: z.string() })

/** A client proves itself by HTTP Basic, by its secret here, or by an assertion: in one of these ways. */
const OneApi = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: ClientId.optional(),
  client_secret: z.string().optional(),
  client_assertion: z.string().optional(),
  client_assertion_type: z.literal(JWT_BEARER).optional(),
})

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
    id: TOKEN_OPERATION,
    summary: 'Sign in with an API key’s secret, also by HTTP Basic, or with an assertion (RFC 7523)',
    description: 'Its life is a number. Refusals are those of RFC 6749.',
  },
  body: { schema: OneApi, encoding: 'form' },
  replies: {
    200: { description: 'A token', schema: OneApiToken },
    400: { description: 'The request is not valid', schema: OAuthError },
    401: { description: 'The client does not authenticate', schema: OAuthError },
  },
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
  replies: { 204: { description: 'The token ends: here at once, elsewhere within 10 seconds' } },
  handle: async (call) => {
    const ended = await call.core.apiClients.signOutApiClient(sessionOf(call), call.request)
    return ended.ok ? ok({ status: 204 }) : ended
  },
})

/** RFC 6749, section 2.3; an assertion: RFC 7523, section 2.2. */
async function prove(call: AnyCall, input: z.output<typeof OneApi>): Promise<Outcome<ApiToken>> {
  const authorization = call.raw.headers.get('Authorization') ?? ''
  const isBasic = /^basic /i.test(authorization)
  const { client_id, client_secret, client_assertion, client_assertion_type } = input
  const ways = [isBasic, client_secret !== undefined, client_assertion !== undefined].filter(Boolean)
  if (ways.length > 1) return invalid('client_id', 'A client proves itself in one way')
  if (isBasic) return withBasic(call, authorization, client_id)
  if (client_id === undefined || ways.length === 0) return refuse({ kind: 'credential_missing' })
  if (client_assertion === undefined) return withSecret(call, client_id, client_secret ?? '')
  if (client_assertion_type === undefined) return invalid('client_assertion_type')
  const audiences = [VENDOR_AUDIENCE, `${call.core.service.getPublicUrl()}/oauth2/v1/token`]
  const proof = { kind: 'assertion', assertion: client_assertion, audiences } as const
  return call.core.apiClients.signInApiClient('zpa', client_id, proof, call.request)
}

async function withBasic(
  call: AnyCall,
  authorization: string,
  named: string | undefined,
): Promise<Outcome<ApiToken>> {
  const basic = basicCredentials(authorization)
  const clientId = decoded(basic?.username ?? '')
  if (!basic || clientId.length > MAX_CLIENT_ID_CHARACTERS) return refuse({ kind: 'credential_invalid' })
  if (named !== undefined && named !== clientId) return invalid('client_id', 'It is another client’s')
  return withSecret(call, clientId, decoded(basic.password))
}

/** As a form has it, which RFC 6749, section 2.3.1, asks for; many clients send it as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function withSecret({ core, request }: AnyCall, clientId: string, secret: string) {
  return core.apiClients.signInApiClient('zpa', clientId, { kind: 'secret', secret }, request)
}

export const signInRoutes = [signIn, issueToken, signOut]
