/**
 * App Connectors and Private Service Edges: agents of the core, made by enrollment alone
 * (docs/dialects/zpa.md#connectors-and-service-edges). Pure.
 */
import * as z from 'zod'
import type { Described } from '../../../core/enrollment/agents/describe.ts'
import type { Agent, AgentChange } from '../../../core/enrollment/ledger/agent.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { given } from '../../../http/members.ts'
import { ENROLLMENT, formatActor } from '../edge/actors.ts'
import type { GroupType } from '../edge/association.ts'
import { formatGid, parseGid } from '../edge/ids.ts'
import { microtenantOf } from '../edge/microtenants.ts'
import {
  absent,
  COMMON_FIELDS,
  type Fields,
  fieldOfOwner,
  fields,
  namedField,
} from '../edge/search-fields.ts'
import { ClearableText, Flag, formatEpoch, Text } from '../edge/wire.ts'

export const ComponentInput = z.object({ name: Text(), description: ClearableText(1_024), enabled: Flag })

export const BulkInput = z.object({
  ids: z
    .array(z.union([z.string(), z.number()]).transform(String))
    .min(1)
    .max(500),
})

export const ComponentReply = z.looseObject({
  id: z.string(),
  modifiedTime: z.string(),
  creationTime: z.string(),
  modifiedBy: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  provisioningKeyId: z.string(),
  provisioningKeyName: z.string(),
  enrollmentCert: z.object({ id: z.string(), name: z.string() }),
})

/** What an enrollment may say of itself, and a component is shown with. */
const FACTS = ['fingerprint', 'privateIp', 'platform', 'currentVersion'] as const

const NO_ATTEMPTS = '0'

/** Of a running connection, which nothing has here: the vendor's clients search by them (docs/dialects/zpa.md#connectors-and-service-edges). */
const CONNECTION_MEMBERS = [
  'applicationStartTime',
  'controlChannelStatus',
  'ctrlBrokerName',
  'expectedUpgradeTime',
  'expectedVersion',
  'ipAcl',
  'lastBrokerConnectTime',
  'lastBrokerConnectTimeDuration',
  'lastBrokerDisconnectTime',
  'lastBrokerDisconnectTimeDuration',
  'lastUpgradeTime',
  'listenIps',
  'platformDetail',
  'previousVersion',
  'publishIps',
  'publishIpv6',
  'restrictionType',
  'runtimeOS',
  'sargeVersion',
  'upgradeStatus',
] as const

export function componentChange(input: z.output<typeof ComponentInput>): AgentChange {
  const { name, description, enabled } = input
  return { ...given({ hostname: name, isEnabled: enabled }), attributes: given({ description }) }
}

export function formatComponent(type: GroupType, { agent, profile, key, issuer }: Described): JsonObject {
  const group = { ledger: agent.ledger, n: agent.profile }
  const prefix = type === 'CONNECTOR_GRP' ? 'appConnectorGroup' : 'serviceEdgeGroup'
  const { location, latitude, longitude } = profile?.attributes ?? {}
  const { description } = agent.attributes
  const facts = FACTS.flatMap((name) => {
    const fact = agent.facts[name]
    return typeof fact === 'string' && fact !== '' ? [[name, fact] as const] : []
  })
  const microtenantId = microtenantOf({ attributes: agent.grant.values })
  return {
    id: formatGid('component', agent),
    modifiedTime: formatEpoch(agent.updatedAt ?? agent.enrolledAt),
    creationTime: formatEpoch(agent.enrolledAt),
    modifiedBy: agent.updatedBy ? formatActor(agent.updatedBy) : ENROLLMENT,
    name: agent.hostname,
    ...Object.fromEntries(facts),
    ...(agent.enrolledFrom !== null && { publicIp: agent.enrolledFrom }),
    ...(agent.certificate !== null && { issuedCertId: String(agent.certificate) }),
    enabled: agent.isEnabled,
    ...(typeof description === 'string' && description !== '' && { description }),
    upgradeAttempt: NO_ATTEMPTS,
    ...given({ location, latitude, longitude }),
    provisioningKeyId: String(agent.key),
    provisioningKeyName: key?.name ?? '',
    enrollmentCert: { id: String(key?.issuer ?? ''), name: issuer?.name ?? '' },
    [`${prefix}Id`]: formatGid('group', group),
    [`${prefix}Name`]: profile?.name ?? '',
    ...(microtenantId !== '0' && { microtenantId }),
    enrollmentTime: formatEpoch(agent.enrolledAt),
    readOnly: false,
    zscalerManaged: false,
  }
}

export function isOf(type: GroupType, agent: Agent): boolean {
  return agent.grant.values.groupType === type
}

export function componentFields(type: GroupType): Fields {
  const prefix = type === 'CONNECTOR_GRP' ? 'appConnectorGroup' : 'serviceEdgeGroup'
  const same = Object.fromEntries(FACTS.map((name) => [name, name]))
  return {
    ...COMMON_FIELDS,
    ...fields('text', { ...same, name: 'hostname', description: 'description', publicIp: 'enrolledFrom' }),
    ...fields('text', { microtenantId: 'microtenantId' }),
    ...fields('number', { provisioningKeyId: 'key', issuedCertId: 'certificate' }),
    ...fields('seconds', {
      creationTime: 'enrolledAt',
      enrollmentTime: 'enrolledAt',
      modifiedTime: 'updatedAt',
    }),
    enabled: { kind: 'stored', member: { name: 'isEnabled', kind: 'boolean', byDefault: true } },
    id: namedField({ name: 'n', kind: 'number' }, (id) => String(parseGid('component', id)?.n ?? '')),
    upgradeAttempt: { kind: 'same', value: NO_ATTEMPTS, as: 'number' },
    provisioningKeyName: fieldOfOwner('key', 'name'),
    enrollmentCertId: fieldOfOwner('key', 'issuer', 'number'),
    enrollmentCertName: fieldOfOwner('issuer', 'name'),
    location: fieldOfOwner('profile', 'location'),
    latitude: fieldOfOwner('profile', 'latitude', 'decimal'),
    longitude: fieldOfOwner('profile', 'longitude', 'decimal'),
    [`${prefix}Name`]: fieldOfOwner('profile', 'name'),
    [`${prefix}Id`]: namedField({ name: 'profile', kind: 'number' }, (id) =>
      String(parseGid('group', id)?.n ?? ''),
    ),
    ...absent(...CONNECTION_MEMBERS),
  }
}
