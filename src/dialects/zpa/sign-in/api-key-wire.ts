/** API keys, by which programs sign in (docs/dialects/zpa.md#api-keys). Pure. */

import * as z from 'zod'
import type { ApiClientChange } from '../../../core/access/api-clients/manage.ts'
import { MAX_TOKEN_LIFETIME_SECONDS } from '../../../core/access/api-clients/manage.ts'
import type { ApiClient, NewApiClient } from '../../../core/access/api-clients/port.ts'
import { given } from '../../../http/members.ts'
import { formatActor } from '../edge/actors.ts'
import { formatAdmin, parseAdmin } from '../edge/ids.ts'
import { ROLE_IDS } from '../edge/roles.ts'
import { COMMON_FIELDS, type Fields, fields, namedField, never } from '../edge/search-fields.ts'
import { Flag, formatEpoch, Id, Text, Whole } from '../edge/wire.ts'

const ADMIN_ROLE = '1'

const RoleId = Id.refine((id) => id === undefined || Object.hasOwn(ROLE_IDS, id))

const PublicKey = Text(8_192)
  .refine(
    (pem) =>
      pem === undefined || /^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/.test(pem),
  )
  .meta({ description: 'SPKI, PEM: its private key signs assertions for /oauth2/v1/token' })

export const ApiKeyInput = z.object({
  name: Text(),
  enabled: Flag,
  tokenExpiryTimeInSec: Whole(60, MAX_TOKEN_LIFETIME_SECONDS),
  roleId: RoleId.meta({ description: '1: administrator; 2: reads only' }),
  publicKey: PublicKey,
  pinSessionEnabled: Flag,
})

export const NewApiKeyInput = ApiKeyInput.refine(({ name }) => name !== undefined, { path: ['name'] })

export const ApiKeyReply = z.object({
  id: z.string(),
  name: z.string(),
  clientId: z.string(),
  clientSecret: z.string().optional().meta({ description: 'Shown once' }),
  enabled: z.boolean(),
  tokenExpiryTimeInSec: z.string(),
  roleId: z.string(),
  publicKey: z.string().optional(),
  pinSessionEnabled: z.boolean(),
  isLocked: z.boolean(),
  customerId: z.string(),
  readOnly: z.boolean(),
  restrictedEntity: z.boolean(),
  zscalerManaged: z.boolean(),
  creationTime: z.string(),
  modifiedTime: z.string(),
  modifiedBy: z.string(),
})

export const apiKeyFields: Fields = {
  ...COMMON_FIELDS,
  ...never('isLocked', 'restrictedEntity'),
  ...fields('text', { name: 'name', clientId: 'clientId', customerId: 'customerId' }),
  ...fields('boolean', { enabled: 'isEnabled', pinSessionEnabled: 'pinSessionEnabled' }),
  ...fields('number', { tokenExpiryTimeInSec: 'tokenLifetimeSeconds' }),
  ...fields('seconds', { creationTime: 'createdAt', modifiedTime: 'updatedAt' }),
  id: namedField({ name: 'id', kind: 'number' }, (id) => String(parseAdmin(id.trim()) ?? '')),
  roleId: namedField({ name: 'role', kind: 'text' }, (id) =>
    Object.hasOwn(ROLE_IDS, id) ? ROLE_IDS[id as keyof typeof ROLE_IDS] : '',
  ),
}

export function newApiClient(
  customerId: string,
  uuid: string,
  input: z.output<typeof ApiKeyInput>,
): NewApiClient {
  return {
    uuid,
    dialect: 'zpa',
    name: input.name ?? '',
    clientId: btoa(`${customerId}-${uuid}`),
    isEnabled: input.enabled ?? true,
    role: roleOf(input.roleId ?? ADMIN_ROLE),
    tokenLifetimeSeconds: input.tokenExpiryTimeInSec ?? MAX_TOKEN_LIFETIME_SECONDS,
    publicKey: input.publicKey ?? null,
    attributes: { customerId, pinSessionEnabled: input.pinSessionEnabled ?? false },
  }
}

export function apiClientChange(input: z.output<typeof ApiKeyInput>): ApiClientChange {
  const { name, enabled, tokenExpiryTimeInSec, roleId, publicKey, pinSessionEnabled } = input
  return given({
    name,
    isEnabled: enabled,
    tokenLifetimeSeconds: tokenExpiryTimeInSec,
    role: roleId === undefined ? undefined : roleOf(roleId),
    publicKey,
    attributes: pinSessionEnabled === undefined ? undefined : { pinSessionEnabled },
  })
}

export function formatApiKey(client: ApiClient, secret?: string): z.output<typeof ApiKeyReply> {
  const [roleId = ''] = Object.entries(ROLE_IDS).find(([, role]) => role === client.role) ?? []
  return {
    id: formatAdmin(client.id),
    name: client.name,
    clientId: client.clientId,
    ...(secret !== undefined && { clientSecret: secret }),
    enabled: client.isEnabled,
    tokenExpiryTimeInSec: String(client.tokenLifetimeSeconds),
    roleId,
    ...(client.publicKey !== null && { publicKey: client.publicKey }),
    pinSessionEnabled: client.attributes.pinSessionEnabled === true,
    isLocked: false,
    customerId: String(client.attributes.customerId),
    readOnly: false,
    restrictedEntity: false,
    zscalerManaged: false,
    creationTime: formatEpoch(client.createdAt),
    modifiedTime: formatEpoch(client.updatedAt),
    modifiedBy: formatActor(client.updatedBy),
  }
}

function roleOf(id: string): string {
  return ROLE_IDS[id as keyof typeof ROLE_IDS]
}
