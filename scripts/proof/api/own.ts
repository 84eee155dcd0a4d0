/** An organization of one's own, and in it one of everything that a dialect has. */
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Client } from '../../lib/http/agent-client.ts'
import { basic, bearer } from '../../lib/http/credential.ts'
import type { Subject } from '../subject.ts'
import { must } from './ask.ts'
import type { DialectTable, Names, Own, Tenant } from './dialect.ts'
import type { ApiOperation } from './document.ts'
import type { Secrets } from './secrets.ts'

const bootstrapped = z.object({
  illumio: z.object({
    org_id: z.int(),
    auth_username: z.string(),
    secret: z.string(),
    email: z.string(),
    password: z.string(),
  }),
  zpa: z.object({ customer_id: z.string(), client_id: z.string(), client_secret: z.string() }),
})

/** A new organization; the second of two has nothing to do with the first. */
export async function makeTenant(client: Client, subject: Subject, name: string): Promise<Tenant> {
  // Of the same name it would be the same organization.
  const random = randomBytes(8).toString('hex')
  const email = `owner-${random}@proof.example`
  const { illumio, zpa } = bootstrapped.parse(
    await must(client, {
      method: 'POST',
      path: '/v1/bootstrap',
      headers: bearer(subject.bootstrapToken()),
      json: { organization: `${name} ${random}`, email },
    }),
  )
  return {
    id: illumio.org_id,
    owner: { email, password: illumio.password },
    customer: { id: zpa.customer_id, clientId: zpa.client_id, clientSecret: zpa.client_secret },
    credentials: { api_key: basic(illumio.auth_username, illumio.secret) },
  }
}

export async function makeOwn(
  client: Client,
  subject: Subject,
  dialect: DialectTable,
  secrets: Secrets,
): Promise<Own> {
  const tenant = await makeTenant(client, subject, dialect.tag)
  const { names, credentials } = await dialect.furnish(client, tenant, secrets)
  const ofDeployment = {
    bootstrap_token: bearer(subject.bootstrapToken()),
    broker_token: bearer(subject.brokerToken),
    metrics_token: bearer(subject.metricsToken),
  }
  return { names, credentials: { ...tenant.credentials, ...credentials, ...ofDeployment } }
}

/** Something of no name yet, in samples of what makes things. */
export const NONCE = 'nonce'

/** The names by what the operation's path calls them, and a new nonce. */
export function namesFor(dialect: DialectTable, operation: ApiOperation, names: Names): Names {
  const meanings = Object.entries(dialect.meanings?.(operation) ?? {})
  return {
    ...names,
    ...Object.fromEntries(meanings.map(([place, kind]) => [place, names[kind] ?? ''])),
    [NONCE]: randomBytes(6).toString('hex'),
  }
}
