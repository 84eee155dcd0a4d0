/** Provisioning keys: keys of the core (docs/dialects/zpa.md#provisioning-keys). Pure. */
import * as z from 'zod'
import type { DescribedKey } from '../../../core/enrollment/keys/describe.ts'
import type { MintInput } from '../../../core/enrollment/keys/mint.ts'
import type { EnrollmentKey, KeyChange } from '../../../core/enrollment/ledger/key.ts'
import { isAddressRange } from '../../../core/kernel/address.ts'
import { fold } from '../../../core/kernel/text.ts'
import { given } from '../../../http/members.ts'
import { formatActor, SYSTEM } from '../edge/actors.ts'
import type { AssociationType } from '../edge/association.ts'
import { formatGid, parseGid } from '../edge/ids.ts'
import { DEFAULT_MICROTENANT, microtenantOf } from '../edge/microtenants.ts'
import { COMMON_FIELDS, type Fields, fieldOfOwner, fields, namedField } from '../edge/search-fields.ts'
import { ClearableText, Expiry, Flag, formatEpoch, Id, Text, Whole } from '../edge/wire.ts'
import { parseGroupId } from '../groups/group-wire.ts'
import { formatProvisioningKey } from './provisioning-key.ts'

const MAX_USAGE = 2_147_483_647
const MAX_RANGES = 100

/** Members that are not here are ignored, as those that only answers have (docs/dialects/zpa.md#ignored-members). */
export const KeyInput = z.object({
  name: Text(),
  maxUsage: Whole(1, MAX_USAGE),
  enrollmentCertId: Id,
  signingCertId: Id.meta({ description: 'The same' }),
  zcomponentId: Id,
  componentId: Id.meta({ description: 'The same' }),
  enabled: Flag,
  exportable: Flag,
  expirationInEpochSec: Expiry,
  ipAcl: z
    .array(z.string().refine(isAddressRange))
    .max(MAX_RANGES)
    .nullish()
    .transform((ranges) => ranges ?? undefined)
    .meta({ description: 'Addresses and CIDR ranges from which it may be redeemed' }),
  uiConfig: ClearableText(4_096),
  microtenantId: Id,
})
export type KeyInput = z.output<typeof KeyInput>

export const KeyReply = z.object({
  id: z.string(),
  modifiedTime: z.string(),
  creationTime: z.string(),
  modifiedBy: z.string(),
  name: z.string(),
  usageCount: z.string(),
  maxUsage: z.string(),
  zcomponentId: z.string(),
  enabled: z.boolean(),
  zcomponentName: z.string().optional(),
  exportable: z.boolean(),
  readOnly: z.boolean(),
  zscalerManaged: z.boolean(),
  enrollmentCertId: z.string(),
  enrollmentCertName: z.string().optional(),
  provisioningKey: z
    .string()
    .optional()
    .meta({ description: 'For who may write keys; if not exportable, in the answer to POST only' }),
  expirationInEpochSec: z.string().optional(),
  ipAcl: z.array(z.string()).optional(),
  uiConfig: z.string().optional(),
  microtenantId: z.string().optional(),
})

const REQUIRED = ['name', 'maxUsage'] as const

/** Which required members are missing; each of the last two has two names. */
export function missingKeyMembers(input: KeyInput): readonly string[] {
  const missing: string[] = REQUIRED.filter((name) => input[name] === undefined)
  if (issuerIdOf(input) === undefined) missing.push('enrollmentCertId')
  if (groupIdOf(input) === undefined) missing.push('zcomponentId')
  return missing
}

export function issuerIdOf({ signingCertId, enrollmentCertId }: KeyInput): string | undefined {
  return signingCertId ?? enrollmentCertId
}

export function groupIdOf({ zcomponentId, componentId }: KeyInput): string | undefined {
  return zcomponentId ?? componentId
}

export function mintInput(type: AssociationType, input: KeyInput, issuer: number): MintInput {
  const { name = '', maxUsage = 1, enabled = true, exportable = true, uiConfig = '' } = input
  const { microtenantId = DEFAULT_MICROTENANT } = input
  return {
    name,
    maxUses: maxUsage,
    lifetimeSeconds: null,
    expiresAt: millisecondsOf(input.expirationInEpochSec) ?? undefined,
    allowedAddresses: input.ipAcl ?? [],
    isEnabled: enabled,
    issuer,
    attributes: { associationType: type, exportable, uiConfig, microtenantId, ...spellingOf(input) },
    uniqueName: uniqueName(type, microtenantId, name),
    isShownAgain: exportable,
  }
}

/** What is absent stays as it is; a key keeps its microtenant. */
export function keyChange(
  key: EnrollmentKey,
  input: KeyInput,
  to: { readonly issuer: number | undefined; readonly profile: number | undefined },
): KeyChange {
  const { name, maxUsage, enabled, exportable, expirationInEpochSec, ipAcl, uiConfig } = input
  const unique = name && uniqueName(String(key.attributes.associationType), microtenantOf(key), name)
  const isHidden = exportable === false
  return {
    ...given({
      name,
      uniqueName: unique,
      maxUses: maxUsage,
      isEnabled: enabled,
      expiresAt: millisecondsOf(expirationInEpochSec),
      allowedAddresses: ipAcl,
      ...to,
    }),
    attributes: given({ uiConfig, exportable: isHidden ? false : undefined, ...spellingOf(input) }),
    ...(isHidden && { sealed: null }),
  }
}

/** null: never; undefined: as it was. */
function millisecondsOf(seconds: number | null | undefined): number | null | undefined {
  return seconds === null || seconds === undefined ? seconds : seconds * 1_000
}

/** A group is shown by the id that named it, since Terraform compares (docs/dialects/zpa.md#network-connector-groups). */
function spellingOf(input: KeyInput): { readonly isOfNpAssistantGroup?: boolean } {
  const id = groupIdOf(input)
  return id === undefined ? {} : { isOfNpAssistantGroup: parseGid('npAssistantGroup', id) !== null }
}

/** One-way: what was hidden once stays so (docs/dialects/zpa.md#exportable). */
export function revealsAgain(key: EnrollmentKey, { exportable }: KeyInput): boolean {
  return exportable === true && key.sealed === null
}

/** Unique within a kind and a microtenant, in any case (docs/dialects/zpa.md#unique-names). */
function uniqueName(type: string, microtenant: string, name: string): string {
  return JSON.stringify([type, microtenant, fold(name)])
}

/** In the order of the recorded answers. Names that are null are left out, as in the answer of a POST. */
export function formatKey(
  { key, code, profileName, issuerName }: DescribedKey,
  host: string,
): z.output<typeof KeyReply> {
  const { attributes } = key
  const wasUsedLast = (key.lastRedeemedAt ?? 0) > key.updatedAt
  return {
    id: String(key.n),
    modifiedTime: formatEpoch(Math.max(key.updatedAt, key.lastRedeemedAt ?? 0)),
    creationTime: formatEpoch(key.createdAt),
    modifiedBy: wasUsedLast ? SYSTEM : formatActor(key.updatedBy),
    name: key.name,
    usageCount: String(key.uses),
    maxUsage: String(key.maxUses),
    zcomponentId: formatGid(attributes.isOfNpAssistantGroup === true ? 'npAssistantGroup' : 'group', {
      ledger: key.ledger,
      n: key.profile,
    }),
    // What a restore suspended is for its operator to release, at /v1.
    enabled: key.isEnabled && key.suspendedAt === null,
    ...(profileName !== null && { zcomponentName: profileName }),
    exportable: attributes.exportable === true,
    readOnly: false,
    zscalerManaged: false,
    enrollmentCertId: String(key.issuer),
    ...(issuerName !== null && { enrollmentCertName: issuerName }),
    ...(code && { provisioningKey: formatProvisioningKey(code, host) }),
    ...(key.expiresAt !== null && { expirationInEpochSec: formatEpoch(key.expiresAt) }),
    ...(key.allowedAddresses.length > 0 && { ipAcl: [...key.allowedAddresses] }),
    ...(attributes.uiConfig && { uiConfig: String(attributes.uiConfig) }),
    ...(microtenantOf(key) !== DEFAULT_MICROTENANT && { microtenantId: microtenantOf(key) }),
  }
}

export const keyFields: Fields = {
  ...COMMON_FIELDS,
  ...fields('text', { name: 'name', uiConfig: 'uiConfig', microtenantId: 'microtenantId' }),
  ...fields('number', { id: 'n', usageCount: 'uses', maxUsage: 'maxUses', enrollmentCertId: 'issuer' }),
  ...fields('boolean', { enabled: 'isEnabled', exportable: 'exportable' }),
  ...fields('seconds', {
    creationTime: 'createdAt',
    modifiedTime: 'updatedAt',
    expirationInEpochSec: 'expiresAt',
  }),
  zcomponentId: namedField({ name: 'profile', kind: 'number' }, (id) =>
    String(parseGroupId(id, true)?.n ?? ''),
  ),
  zcomponentName: fieldOfOwner('profile', 'name'),
  enrollmentCertName: fieldOfOwner('issuer', 'name'),
}
