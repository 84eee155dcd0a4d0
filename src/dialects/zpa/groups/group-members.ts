/** The members of groups that the core stores and does not read (docs/dialects/zpa.md#groups). */
import * as z from 'zod'
import type { GroupType } from '../edge/association.ts'
import { Flag, Id, Text } from '../edge/wire.ts'

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

const Digits = Text(10)
  .refine((text) => text === undefined || /^[0-9]+$/.test(text))
  .meta({ description: 'Digits' })

const common = {
  latitude: Degrees(90),
  longitude: Degrees(180),
  location: Text(),
  cityCountry: Text(),
  countryCode: Text(8),
  upgradeDay: OneOf(DAYS),
  upgradeTimeInSecs: Digits,
  versionProfileId: Id,
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

const own = { name: Text(), description: Text(1_024), enabled: Flag, microtenantId: Id } as const

export const GROUP_INPUT = {
  CONNECTOR_GRP: z.object({
    ...own,
    ...connector,
    ...connectorFlags,
    npAssistantGroup: NpAssistantGroup,
  }),
  SERVICE_EDGE_GRP: z.object({ ...own, ...serviceEdge, ...serviceEdgeFlags }),
} as const satisfies Record<GroupType, z.ZodObject>

/** In the order of the recorded answers; what has no default is shown when it was given. */
export const GROUP_MEMBERS = {
  CONNECTOR_GRP: { texts: Object.keys(connector), flags: Object.keys(connectorFlags) },
  SERVICE_EDGE_GRP: { texts: Object.keys(serviceEdge), flags: Object.keys(serviceEdgeFlags) },
} as const

const defaults = {
  upgradeDay: 'SUNDAY',
  upgradeTimeInSecs: '66600',
  versionProfileId: '0',
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

export const VERSION_PROFILES = [
  { id: '0', name: 'Default' },
  { id: '1', name: 'Previous Default' },
  { id: '2', name: 'New Release' },
] as const
