import * as z from 'zod'
import { ok } from '../../core/outcome.ts'
import { route } from '../../http/route.ts'
import type { Access, Identity } from './edge.ts'

const Health = z.object({
  status: z.enum(['ready', 'not_ready']),
  oldest_outbox_seconds: z.number().int().nullable(),
  dead_rows: z.number().int(),
  reason: z.string().nullable(),
})

const Bootstrap = z.strictObject({
  organization: z.string().trim().min(1).max(255),
  email: z.email().max(255),
})

const Bootstrapped = z.object({
  organization: z.object({
    id: z.number().int(),
    name: z.string(),
    customer_id: z.string(),
    organisation_key: z.string(),
  }),
  illumio: z.object({
    org_id: z.number().int(),
    auth_username: z.string(),
    secret: z.string(),
    email: z.string(),
  }),
})

const healthz = route<Access, Identity>({
  method: 'get',
  path: '/healthz',
  access: 'anyone',
  operation: { id: 'healthz', summary: 'Whether requests can be served, and what D1 has not taken yet' },
  replies: {
    200: { description: 'Ready', schema: Health },
    503: { description: 'Not ready, and why', schema: Health },
  },
  handle: async ({ core }) => {
    const { isReady, oldestOutboxSeconds, deadRows, reason } = await core.service.health()
    return ok({
      status: isReady ? 200 : 503,
      json: {
        status: isReady ? 'ready' : 'not_ready',
        oldest_outbox_seconds: oldestOutboxSeconds,
        dead_rows: deadRows,
        reason,
      } satisfies z.output<typeof Health>,
    })
  },
})

const jwks = route<Access, Identity>({
  method: 'get',
  path: '/.well-known/jwks.json',
  access: 'anyone',
  operation: { id: 'jwks', summary: 'The public keys of agent access tokens (RFC 7517)' },
  replies: {
    200: {
      description: 'A JSON Web Key Set',
      schema: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
    },
  },
  handle: async ({ core }) =>
    ok({
      status: 200,
      json: await core.service.keySet(),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
})

const bootstrap = route<Access, Identity, undefined, undefined, typeof Bootstrap>({
  method: 'post',
  path: '/v1/bootstrap',
  access: 'bootstrap',
  operation: {
    id: 'bootstrap',
    summary: 'Make an organization and its owner’s first API key',
    description: 'Exists only while the secret LATCHKEY_BOOTSTRAP_TOKEN is set. The secret is shown once.',
  },
  body: { schema: Bootstrap, encoding: 'json' },
  replies: {
    201: { description: 'The organization is new', schema: Bootstrapped },
    200: { description: 'The organization was there; its owner has a further API key', schema: Bootstrapped },
  },
  handle: async ({ core, identity, body, request }) => {
    const token = identity.kind === 'anyone' ? identity.bearer : null
    const permitted = await core.organizations.mayBootstrap(token)
    if (!permitted.ok) return permitted
    const input = await body()
    if (!input.ok) return input
    const { organization: name, email } = input.value
    const made = await core.organizations.bootstrap(token, { name, email }, request)
    if (!made.ok) return made
    const { organization, isNew, owner, apiKey } = made.value
    return ok({
      status: isNew ? 201 : 200,
      json: {
        organization: {
          id: organization.id,
          name: organization.name,
          customer_id: organization.customerId,
          organisation_key: organization.organisationKey,
        },
        illumio: {
          org_id: organization.id,
          auth_username: `api_${apiKey.id}`,
          secret: apiKey.secret,
          email: owner,
        },
      } satisfies z.output<typeof Bootstrapped>,
    })
  },
})

export const serviceRoutes = [healthz, jwks, bootstrap]
