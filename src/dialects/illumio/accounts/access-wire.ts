/** Keys, accounts and permissions, out (docs/dialects/illumio.md#users-roles-and-keys). Pure. */
import * as z from 'zod'
import { type ApiKey, apiKeyState } from '../../../core/access/api-keys/port.ts'
import type { Principal, RoleGrant } from '../../../core/access/principals/port.ts'
import { formatTime } from '../../../http/time.ts'
import { ActorHref, actorHref, Href, hrefOf } from '../edge/hrefs.ts'
import { formatRole, formatScope, ofIllumio, RoleHref, ScopeReply } from './role-wire.ts'

export const GrantReply = z.object({ href: z.string(), role: RoleHref, scope: ScopeReply })

export const KeyReply = z.object({
  href: z.string(),
  key_id: z.string(),
  auth_username: z.string(),
  name: z.string().nullable(),
  description: z.string(),
  state: z.enum(['active', 'expired']),
  expires_in_seconds: z.int().meta({ description: 'Since it was made; -1: never' }),
  created_at: z.iso.datetime(),
  created_by: ActorHref.optional(),
  last_login_on: z.iso.datetime().optional().meta({ description: 'To the minute' }),
  account: z.object({
    href: z.string(),
    type: z.enum(['user', 'service_account']),
    name: z.string(),
    access_restriction: Href.nullable(),
    permissions: z.array(GrantReply),
  }),
})

export const NewKeyReply = z.object({
  key_id: z.string(),
  auth_username: z.string(),
  secret: z.string().meta({ description: 'Shown once' }),
})

type Known = Pick<Principal, 'kind' | 'uuid' | 'organization' | 'name' | 'restriction' | 'grants'> & {
  readonly user: number | null
}

/** What acts: a user without a number has never signed in, and is named by their principal. */
function principalHref({ kind, uuid, user, organization }: Omit<Known, 'name' | 'restriction' | 'grants'>) {
  if (kind === 'service_account') return hrefOf(organization, 'service_accounts', uuid)
  return user === null ? hrefOf(organization, 'auth_security_principals', uuid) : `/users/${user}`
}

export function formatGrant(
  { id, role, scope }: RoleGrant,
  organization: number,
): z.output<typeof GrantReply> {
  return {
    href: hrefOf(organization, 'permissions', id),
    role: formatRole(role, organization),
    scope: formatScope(scope, organization),
  }
}

export function formatRestriction(
  restriction: number | null,
  organization: number,
): z.output<typeof Href> | null {
  return restriction === null ? null : { href: hrefOf(organization, 'access_restrictions', restriction) }
}

export function formatKey(key: ApiKey, owner: Known, now: number): z.output<typeof KeyReply> {
  const { organization, createdBy, createdAt, expiresAt } = key
  const account = principalHref(owner)
  const isAccount = owner.kind === 'service_account'
  return {
    href: `${account}/api_keys/${key.id}`,
    key_id: key.id,
    auth_username: `api_${key.id}`,
    name: isAccount ? null : key.name,
    description: key.description,
    state: apiKeyState(key, now),
    expires_in_seconds: expiresAt === null ? -1 : Math.round((expiresAt - createdAt) / 1_000),
    created_at: formatTime(createdAt),
    ...(createdBy && { created_by: actorHref(createdBy, organization) }),
    ...(key.usedAt !== null && { last_login_on: formatTime(key.usedAt) }),
    account: {
      href: account,
      type: isAccount ? 'service_account' : 'user',
      name: owner.name,
      access_restriction: formatRestriction(owner.restriction, organization),
      permissions: ofIllumio(owner.grants).map((grant) => formatGrant(grant, organization)),
    },
  }
}

export function formatNewKey({ id, secret }: { readonly id: string; readonly secret: string }) {
  return { key_id: id, auth_username: `api_${id}`, secret } satisfies z.output<typeof NewKeyReply>
}
