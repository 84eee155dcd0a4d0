/** The members of groups that the core stores and does not read (docs/dialects/zpa.md#groups). */
import * as z from 'zod'
import type { GroupType } from '../edge/association.ts'
import { ClearableText, Flag, Id, Text } from '../edge/wire.ts'
import { isCountry } from './countries.ts'

export const VERSION_PROFILES = [
  { id: '0', name: 'Default', visibilityScope: 'ALL' },
  { id: '1', name: 'Previous Default', visibilityScope: 'ALL' },
  { id: '2', name: 'New Release', visibilityScope: 'ALL' },
] as const

const DNS_TYPES = ['IPV4', 'IPV6', 'IPV4_IPV6']
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const PUBLIC = ['TRUE', 'FALSE', 'DEFAULT']

function OneOf(names: readonly string[]) {
  return Text()
    .transform((name) => name?.toUpperCase())
    .refine((name) => name === undefined || names.includes(name))
    .meta({ description: names.join(', ') })
}

/** A decimal number in a range, spelled as it came. */
function Degrees(most: number) {
  return Text(32)
    .refine(
      (text) =>
        text === undefined || (/^[-+]?[0-9]+(\.[0-9]+)?$/.test(text) && Math.abs(Number(text)) <= most),
    )
    .meta({ description: `Degrees, at most ${most}` })
}

/** They are kept as texts, and compared as numbers. */
export const DECIMALS: readonly string[] = ['latitude', 'longitude', 'upgradeTimeInSecs']

const Digits = Text(10)
  .refine((text) => text === undefined || /^[0-9]+$/.test(text))
  .meta({ description: 'Digits' })

const common = {
  latitude: Degrees(90),
  longitude: Degrees(180),
  location: Text(),
  cityCountry: ClearableText(),
  countryCode: Text(8)
    .refine((code) => code === undefined || isCountry(code))
    .meta({ description: 'ISO 3166-1 alpha-2' }),
  upgradeDay: OneOf(DAYS),
  upgradeTimeInSecs: Digits,
  versionProfileId: Id.refine((id) => id === undefined || VERSION_PROFILES.some((one) => one.id === id)),
  versionProfileName: Text(),
  enrollmentCertId: Id,
} as const

const commonFlags = { overrideVersionProfile: Flag, useInDrMode: Flag } as const

const NpAssistantGroup = z
  .object({ mtu: Text(10), lanSubnets: z.array(z.string().max(64)).max(100).optional() })
  .nullish()
  .transform((group) => group ?? undefined)

const connector = {
  ...common,
  dnsQueryType: OneOf(DNS_TYPES),
  dcHostingInfo: Text(),
  connectorGroupType: Text(),
} as const

const connectorFlags = {
  ...commonFlags,
  tcpQuickAckApp: Flag,
  tcpQuickAckAssistant: Flag,
  tcpQuickAckReadAssistant: Flag,
  praEnabled: Flag,
  wafDisabled: Flag,
  lssAppConnectorGroup: Flag,
} as const

const serviceEdge = {
  ...common,
  isPublic: OneOf(PUBLIC),
  graceDistanceValue: Text(32),
  graceDistanceValueUnit: Text(32),
} as const

const serviceEdgeFlags = {
  ...commonFlags,
  exclusiveForBusinessContinuity: Flag,
  graceDistanceEnabled: Flag,
} as const

const own = { name: Text(), description: ClearableText(1_024), enabled: Flag, microtenantId: Id } as const

/** A version profile by its name alone must be one that there is; beside an id, which counts, the name is what was read. */
function namesProfile(
  group: { readonly versionProfileId?: string | undefined; readonly versionProfileName?: string | undefined },
  context: z.RefinementCtx,
): void {
  const { versionProfileId: id, versionProfileName: name } = group
  if (id !== undefined || name === undefined || VERSION_PROFILES.some((one) => one.name === name)) return
  context.addIssue({ code: 'custom', message: 'Not valid', path: ['versionProfileName'], input: name })
}

export const GROUP_INPUT = {
  CONNECTOR_GRP: z
    .object({
      ...own,
      ...connector,
      ...connectorFlags,
      npAssistantGroup: NpAssistantGroup,
    })
    .superRefine(namesProfile),
  SERVICE_EDGE_GRP: z.object({ ...own, ...serviceEdge, ...serviceEdgeFlags }).superRefine(namesProfile),
} as const satisfies Record<GroupType, z.ZodType>

/** In the order of the recorded answers; what has no default is shown when it was given. */
export const GROUP_MEMBERS = {
  CONNECTOR_GRP: { texts: Object.keys(connector), flags: Object.keys(connectorFlags) },
  SERVICE_EDGE_GRP: { texts: Object.keys(serviceEdge), flags: Object.keys(serviceEdgeFlags) },
} as const

const defaults = {
  upgradeDay: 'SUNDAY',
  upgradeTimeInSecs: '66600',
  versionProfileId: VERSION_PROFILES[0].id,
  versionProfileName: VERSION_PROFILES[0].name,
  overrideVersionProfile: false,
  useInDrMode: false,
} as const

export const GROUP_DEFAULTS = {
  CONNECTOR_GRP: {
    ...defaults,
    dnsQueryType: 'IPV4_IPV6',
    connectorGroupType: 'APP',
    ...Object.fromEntries(Object.keys(connectorFlags).map((name) => [name, false])),
  },
  SERVICE_EDGE_GRP: {
    ...defaults,
    isPublic: 'DEFAULT',
    ...Object.fromEntries(Object.keys(serviceEdgeFlags).map((name) => [name, false])),
  },
} as const

export const REQUIRED = ['name', 'latitude', 'longitude', 'location'] as const
