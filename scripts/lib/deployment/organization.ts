import * as z from 'zod'
import { Refusal } from '../cli/refusal.ts'

export const illumioCredential = z.object({
  org_id: z.int(),
  auth_username: z.string(),
  secret: z.string(),
  email: z.string(),
  /** null: not known here. */
  password: z.string().nullable(),
})

export const zpaCredential = z.object({
  customer_id: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
})

const bootstrapReply = z.object({
  organization: z.object({
    id: z.int(),
    name: z.string(),
    customer_id: z.string(),
    organisation_key: z.string(),
  }),
  illumio: illumioCredential,
  zpa: zpaCredential,
})
export type BootstrapReply = z.infer<typeof bootstrapReply>

export type BootstrapRequest = {
  readonly url: string | URL
  readonly token: string
  readonly organization: string
  readonly email: string
  /** Also an owner who has a password gets a new one. */
  readonly resetPassword?: boolean
  readonly signal?: AbortSignal
}

const TIMEOUT_MS = 15_000

/** One call of the bootstrap route. Network errors are thrown as they come. */
export async function callBootstrap(request: BootstrapRequest): Promise<Response> {
  const { url, token, organization, email, resetPassword = false, signal } = request
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  return fetch(new URL('/v1/bootstrap', url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ organization, email, reset_password: resetPassword }),
    // The token goes where it was meant to go, or nowhere.
    redirect: 'error',
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  })
}

/** An organization and a fresh credential for its owner, whether or not they existed. */
export async function bootstrapOrganization(request: BootstrapRequest): Promise<BootstrapReply> {
  return readBootstrapReply(await callBootstrap(request))
}

export async function readBootstrapReply(response: Response): Promise<BootstrapReply> {
  const text = await response.text()
  if (!response.ok) {
    throw new Refusal(`the server refused the bootstrap: ${response.status} ${text.slice(0, 300)}`)
  }
  return bootstrapReply.parse(JSON.parse(text))
}
