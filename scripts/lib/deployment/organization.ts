import * as z from 'zod'
import { Refusal } from '../cli/refusal.ts'
import type { Answer } from '../http/answer.ts'
import { bearer } from '../http/credential.ts'
import { openFetch } from '../http/fetch-client.ts'

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
export function callBootstrap(request: BootstrapRequest): Promise<Answer> {
  const { url, token, organization, email, resetPassword = false, signal } = request
  const client = openFetch(url, { headers: bearer(token), timeoutMs: TIMEOUT_MS, signal })
  return client.ask('POST', '/v1/bootstrap', { organization, email, reset_password: resetPassword })
}

/** An organization and a fresh credential for its owner, whether or not they existed. */
export async function bootstrapOrganization(request: BootstrapRequest): Promise<BootstrapReply> {
  return readBootstrapReply(await callBootstrap(request))
}

export function readBootstrapReply({ status, text }: Answer): BootstrapReply {
  if (status < 200 || status > 299) {
    throw new Refusal(`the server refused the bootstrap: ${status} ${text.slice(0, 300)}`)
  }
  return bootstrapReply.parse(JSON.parse(text))
}
