/** Whom an identity-bound key lets in, in the native API's words (docs/guides/identity.md). Pure. */
import * as z from 'zod'
import { MAX_KEYS_OF_ISSUER, type PublicJwk, readKeySet } from '../../core/enrollment/identity/key-set.ts'
import { CI_TOKEN_AGE_SECONDS } from '../../core/enrollment/identity/preset.ts'
import type { IdentityInput } from '../../core/enrollment/identity/resolve.ts'
import {
  type ClaimCondition,
  type IdentityRule,
  MAX_AGENT_PER,
  MAX_CLAIM_CONDITIONS,
  MAX_IDENTITY_RULES,
  MAX_TOKEN_AGE_SECONDS,
} from '../../core/enrollment/identity/rule.ts'

const Text = z.string().min(1).max(1_024)
const Url = z.string().max(2_048)
const Pointer = z.string().max(256).describe('RFC 6901, such as /repository_id')
const AgentPer = z
  .array(Pointer)
  .min(1)
  .max(MAX_AGENT_PER)
  .describe('The claims that tell one agent from another: a token with the same values is the same agent')

const Condition = z
  .strictObject({
    pointer: Pointer,
    equals: z.union([Text, z.boolean(), z.int()]).optional(),
    one_of: z.array(Text).min(1).max(16).optional(),
    starts_with: Text.optional().describe('Never of `sub` or of an id'),
  })
  .refine(
    ({ equals, one_of, starts_with }) =>
      [equals, one_of, starts_with].filter((one) => one !== undefined).length === 1,
    {
      message: 'Give one of equals, one_of and starts_with',
    },
  )

const Jwk = z
  .record(z.string(), z.unknown())
  .describe('A public key (RFC 7517): RSA of 2,048 to 4,096 bits, or P-256')
const Jwks = z
  .object({ keys: z.array(Jwk).min(1).max(MAX_KEYS_OF_ISSUER) })
  .describe('The issuer’s keys, where it does not publish them')

const Rule = z.strictObject({
  issuer: Url.describe('As the token’s `iss` has it'),
  audience: Text.nullable().default(null).describe('null: the key’s own, `<public URL>/keys/<id>`'),
  claims: z.array(Condition).max(MAX_CLAIM_CONDITIONS).describe('All of them hold'),
  agent_per: AgentPer,
  max_age_seconds: z
    .int()
    .min(1)
    .max(MAX_TOKEN_AGE_SECONDS)
    .default(CI_TOKEN_AGE_SECONDS)
    .describe('How old a token may be'),
  jwks: Jwks.nullable().default(null),
  jwks_uri: Url.nullable()
    .optional()
    .describe('Shown, and not taken: the issuer’s discovery document is asked whenever a rule is saved'),
})

const Server = Url.refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  message: 'Such as https://git.example, without a path',
})
const Id = z.string().regex(/^[0-9]{1,20}$/)
const Branch = z
  .string()
  .regex(/^[^*\s]*\*?$/)
  .min(1)
  .max(255)
  .describe('Such as main; with a final *: protected branches that begin so')

const Preset = z.discriminatedUnion('preset', [
  z.strictObject({
    preset: z.literal('github'),
    repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
    repository_id: Id.optional().describe('Absent: looked up, which works for public repositories'),
    owner_id: Id.optional(),
    branch: Branch.optional(),
    environment: Text.optional(),
    server: Server.optional().describe('Of GitHub Enterprise Server'),
    agent_per: AgentPer.optional(),
  }),
  z.strictObject({
    preset: z.literal('gitlab'),
    project: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)+$/)
      .max(255),
    project_id: Id.optional().describe('Absent: looked up, which works for public projects'),
    namespace_id: Id.optional(),
    branch: Branch.optional(),
    environment: Text.optional(),
    server: Server.optional().describe('Absent: https://gitlab.com'),
    agent_per: AgentPer.optional(),
  }),
  z.strictObject({
    preset: z.literal('kubernetes'),
    issuer: Url,
    namespace: z.string().regex(/^[a-z0-9-]{1,63}$/),
    service_account: z.string().regex(/^[a-z0-9.-]{1,253}$/),
    service_account_uid: Text.optional(),
    jwks: Jwks.optional(),
    agent_per: AgentPer.optional(),
  }),
  z.strictObject({
    preset: z.literal('google'),
    project_number: z.int().min(1),
    zone: Text.optional(),
    service_account_id: Id.optional(),
    agent_per: AgentPer.optional(),
  }),
])

export const IdentityMember = z
  .array(z.union([Preset, Rule]))
  .max(MAX_IDENTITY_RULES)
  .superRefine((rules, context) => {
    for (const [i, { jwks }] of rules.entries() as Iterable<[number, { jwks?: unknown }]>) {
      if (jwks != null && readKeySet(jwks) === null) {
        context.addIssue({
          code: 'custom',
          path: [i, 'jwks'],
          message: 'No usable keys: RSA (RS256) or P-256, each with a kid',
        })
      }
    }
  })
  .describe(
    'Rules or presets: an agent is made only for a token (`identity_token`) that meets one of them. None: for who has the code',
  )

export const IdentityReply = z
  .array(
    z.object({
      issuer: z.string(),
      audience: z.string().nullable().describe('null: the key’s own, `<public URL>/keys/<id>`'),
      claims: z.array(
        z.object({
          pointer: z.string(),
          equals: z.union([z.string(), z.boolean(), z.number()]).optional(),
          one_of: z.array(z.string()).optional(),
          starts_with: z.string().optional(),
        }),
      ),
      agent_per: z.array(z.string()),
      max_age_seconds: z.number().int(),
      jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).nullable(),
      jwks_uri: z
        .string()
        .nullable()
        .describe('From the issuer’s discovery document; null: the keys are in jwks'),
    }),
  )
  .describe('Rules in full, also of presets; none: the key lets in who has its code')

export function toIdentity(inputs: z.output<typeof IdentityMember>): readonly IdentityInput[] {
  return inputs.map((input): IdentityInput => {
    if (!('preset' in input)) {
      const { issuer, audience, claims, agent_per: agentPer, max_age_seconds: maxAgeSeconds, jwks } = input
      return {
        issuer,
        audience,
        claims: claims.map(toCondition),
        agentPer,
        maxAgeSeconds,
        keys: keysIn(jwks),
      }
    }
    const agentPer = input.agent_per ?? null
    if (input.preset === 'google') {
      const { preset, project_number: projectNumber, zone = null, service_account_id = null } = input
      return { preset, projectNumber, zone, serviceAccountId: service_account_id, agentPer }
    }
    if (input.preset === 'kubernetes') {
      const { preset, issuer, namespace, service_account, service_account_uid = null, jwks = null } = input
      const account = { serviceAccount: service_account, serviceAccountUid: service_account_uid }
      return { preset, issuer, namespace, ...account, keys: keysIn(jwks), agentPer }
    }
    const { branch = null, environment = null, server = null } = input
    const rest = { branch, environment, server, agentPer }
    if (input.preset === 'github') {
      const { preset, repository, repository_id = null, owner_id = null } = input
      return { preset, repository, repositoryId: repository_id, ownerId: owner_id, ...rest }
    }
    const { preset, project, project_id = null, namespace_id = null } = input
    return { preset, project, projectId: project_id, namespaceId: namespace_id, ...rest }
  })
}

function keysIn(jwks: unknown): readonly PublicJwk[] | null {
  return jwks === null ? null : readKeySet(jwks)
}

function toCondition({ pointer, equals, one_of, starts_with }: z.output<typeof Condition>): ClaimCondition {
  if (equals !== undefined) return { pointer, equals }
  return one_of ? { pointer, oneOf: one_of } : { pointer, startsWith: starts_with ?? '' }
}

export function formatIdentity(rules: readonly IdentityRule[]): z.output<typeof IdentityReply> {
  return rules.map(({ issuer, audience, claims, agentPer, maxAgeSeconds, keySource }) => ({
    issuer,
    audience,
    claims: claims.map(formatCondition),
    agent_per: [...agentPer],
    max_age_seconds: maxAgeSeconds,
    jwks: keySource.kind === 'uploaded' ? { keys: keySource.keys.map((key) => ({ ...key })) } : null,
    jwks_uri: keySource.kind === 'discovered' ? keySource.jwksUri : null,
  }))
}

function formatCondition(condition: ClaimCondition) {
  const { pointer } = condition
  if ('equals' in condition) return { pointer, equals: condition.equals }
  return 'oneOf' in condition
    ? { pointer, one_of: [...condition.oneOf] }
    : { pointer, starts_with: condition.startsWith }
}
