/** A service account, out (docs/dialects/illumio.md#service-accounts). Pure. */
import * as z from 'zod'
import type { Principal } from '../../../core/access/principals/port.ts'
import { formatTime } from '../../../http/time.ts'
import { ActorHref, actorHref, Href, hrefOf } from '../edge/hrefs.ts'
import { formatGrant, formatRestriction, GrantReply, KeyReply, NewKeyReply } from './access-wire.ts'
import { ofIllumio } from './role-wire.ts'

const MEMBERS = {
  href: z.string(),
  name: z.string(),
  description: z.string(),
  access_restriction: Href.nullable(),
  permissions: z.array(GrantReply),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  created_by: ActorHref,
  updated_by: ActorHref,
}
export const AccountReply = z.object({ ...MEMBERS, api_keys: z.array(KeyReply) })
export const CreatedReply = z.object({ ...MEMBERS, api_key: NewKeyReply })
export const CreatedKeyReply = NewKeyReply.extend({
  href: z.string(),
  expires_in_seconds: z.int(),
  created_at: z.iso.datetime(),
})

export function formatAccount(account: Omit<Principal, 'id' | 'user'>) {
  const { organization } = account
  return {
    href: hrefOf(organization, 'service_accounts', account.uuid),
    name: account.name,
    description: account.description,
    access_restriction: formatRestriction(account.restriction, organization),
    permissions: ofIllumio(account.grants).map((grant) => formatGrant(grant, organization)),
    created_at: formatTime(account.createdAt),
    updated_at: formatTime(account.updatedAt),
    created_by: actorHref(account.createdBy, organization),
    updated_by: actorHref(account.updatedBy, organization),
  }
}
