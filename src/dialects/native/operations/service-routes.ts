import * as z from 'zod'
import type { Bootstrapped } from '../../../core/access/organizations/bootstrap.ts'
import type { Health } from '../../../core/deployment/service/health.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { text } from '../../../http/text.ts'
import { bootstrapTokenOf, nativeRoute } from '../edge/edge.ts'

const HealthReply = z.object({
  status: z.enum(['ready', 'not_ready']),
  oldest_outbox_seconds: z.number().int().nullable(),
  dead_rows: z.number().int(),
  clock_ahead_seconds: z
    .number()
    .int()
    .nullable()
    .describe(
      'By how much a ledger’s clock is ahead, since the machine’s stepped back; null: by less than a minute',
    ),
  database_bytes: z.number().int().nullable().describe('The size of D1; null: it is not known'),
  reason: z.string().nullable(),
})

const BootstrapInput = z.strictObject({
  organization: text(255).trim().min(1),
  email: z.email().max(255),
  reset_password: z
    .boolean()
    .default(false)
    .describe('Also an owner who has a password gets a new one; else they keep it, and it is not shown'),
})

const BootstrappedReply = z.object({
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
    password: z.string().nullable().describe('null: the owner had one before, and keeps it'),
  }),
  zpa: z.object({ customer_id: z.string(), client_id: z.string(), client_secret: z.string() }),
})

const healthz = nativeRoute({
  method: 'get',
  path: '/healthz',
  access: 'anyone',
  operation: { id: 'healthz', summary: 'Whether requests can be served, and what D1 has not taken yet' },
  replies: {
    200: { description: 'Ready', schema: HealthReply },
    503: { description: 'Not ready, and why', schema: HealthReply },
  },
  handle: async ({ core }) => {
    const health = await core.service.checkHealth()
    return ok({ status: health.isReady ? 200 : 503, json: formatHealth(health) })
  },
})

const jwks = nativeRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  access: 'anyone',
  isOpenToPages: true,
  isShort: true,
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
      json: await core.service.getKeySet(),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
})

const headKeys = nativeRoute({
  method: 'get',
  path: '/.well-known/latchkey-heads.json',
  access: 'anyone',
  isOpenToPages: true,
  isShort: true,
  operation: {
    id: 'head_keys',
    summary: 'The public keys of signed heads of ledgers (RFC 7517)',
    description:
      'They sign nothing else. Keep a copy with what they have to verify: a version that is dropped leaves the set.',
  },
  replies: {
    200: {
      description: 'A JSON Web Key Set',
      schema: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
    },
  },
  handle: async ({ core }) =>
    ok({
      status: 200,
      json: await core.service.getHeadKeySet(),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
})

const Metadata = z.object({
  issuer: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  revocation_endpoint: z.string(),
  introspection_endpoint: z.string(),
  response_types_supported: z
    .array(z.string())
    .describe(
      '`none`, since there is no authorization endpoint; an empty list is an absent one to some clients',
    ),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  introspection_endpoint_auth_methods_supported: z.array(z.string()),
  service_documentation: z.string(),
})

const metadata = nativeRoute({
  method: 'get',
  path: '/.well-known/oauth-authorization-server',
  access: 'anyone',
  isOpenToPages: true,
  isShort: true,
  operation: { id: 'oauth_metadata', summary: 'What OAuth clients need to know of this server (RFC 8414)' },
  replies: { 200: { description: 'The metadata', schema: Metadata } },
  handle: async ({ core }) => {
    const url = core.service.getPublicUrl()
    return ok({
      status: 200,
      json: {
        issuer: url,
        token_endpoint: `${url}/v1/token`,
        jwks_uri: `${url}/.well-known/jwks.json`,
        revocation_endpoint: `${url}/v1/revoke`,
        introspection_endpoint: `${url}/v1/introspect`,
        response_types_supported: ['none'],
        grant_types_supported: ['refresh_token'],
        token_endpoint_auth_methods_supported: ['none'],
        revocation_endpoint_auth_methods_supported: ['none'],
        introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
        service_documentation: `${url}/openapi.json`,
      } satisfies z.output<typeof Metadata>,
      headers: { 'Cache-Control': 'public, max-age=300' },
    })
  },
})

const bootstrap = nativeRoute({
  method: 'post',
  path: '/v1/bootstrap',
  access: 'bootstrap',
  operation: {
    id: 'bootstrap',
    summary: 'Make an organization and its owner’s first API key',
    description: 'Exists only while the secret LATCHKEY_BOOTSTRAP_TOKEN is set. The secret is shown once.',
  },
  body: { schema: BootstrapInput, encoding: 'json' },
  replies: {
    201: { description: 'The organization is new', schema: BootstrappedReply },
    200: {
      description: 'The organization existed; its owner has a further API key',
      schema: BootstrappedReply,
    },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { organization: name, email, reset_password: isPasswordReset } = input.value
    const wanted = { name, email, isPasswordReset }
    const made = await call.core.organizations.bootstrapOrganization(
      bootstrapTokenOf(call),
      wanted,
      call.request,
    )
    return map(made, (bootstrapped) => ({
      status: bootstrapped.isNew ? 201 : 200,
      json: formatBootstrapped(bootstrapped),
    }))
  },
})

function formatHealth(health: Health): z.output<typeof HealthReply> {
  return {
    status: health.isReady ? 'ready' : 'not_ready',
    oldest_outbox_seconds: health.oldestOutboxSeconds,
    dead_rows: health.deadRows,
    clock_ahead_seconds: health.clockAheadSeconds,
    database_bytes: health.databaseBytes,
    reason: health.reason,
  }
}

function formatBootstrapped({
  organization,
  owner,
  apiKey,
  apiClients,
}: Bootstrapped): z.output<typeof BootstrappedReply> {
  return {
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
      email: owner.email,
      password: owner.password,
    },
    zpa: {
      customer_id: organization.customerId,
      client_id: apiClients.zpa?.client.clientId ?? '',
      client_secret: apiClients.zpa?.secret ?? '',
    },
  }
}

export const serviceRoutes = [healthz, jwks, headKeys, metadata, bootstrap]
