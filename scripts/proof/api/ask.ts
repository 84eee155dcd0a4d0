import * as z from 'zod'
import { type Ask, basic, type Client } from '../client.ts'
import type { Subject } from '../subject.ts'
import type { Tenant } from './dialect.ts'

/** What a proof asks of an answer, the answer must have. */
export type Json = ReturnType<JSON['parse']>

/** The body of an answer that must be a good one. */
export async function must(client: Client, ask: Ask): Promise<Json> {
  const { status, text } = await client.ask(ask)
  if (status < 200 || status > 299)
    throw new Error(`${ask.method} ${ask.path} answered ${status}: ${text.slice(0, 300)}`)
  return text === '' ? null : JSON.parse(text)
}

const bootstrapped = z.object({
  illumio: z.object({ org_id: z.int(), auth_username: z.string(), secret: z.string() }),
})

/** A new organization; the second of two has nothing to do with the first. */
export async function makeTenant(client: Client, subject: Subject, name: string): Promise<Tenant> {
  const { illumio } = bootstrapped.parse(
    await must(client, {
      method: 'POST',
      path: '/v1/bootstrap',
      authorization: `Bearer ${subject.bootstrapToken()}`,
      json: { organization: name, email: 'owner@proof.example' },
    }),
  )
  return { id: illumio.org_id, authorizations: { api_key: basic(illumio.auth_username, illumio.secret) } }
}
