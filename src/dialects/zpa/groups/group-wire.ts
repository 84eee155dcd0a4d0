/** App Connector groups and Service Edge groups: profiles of the core (docs/dialects/zpa.md#groups). Pure. */
import * as z from 'zod'
import type { NewProfile, Profile, ProfileChange } from '../../../core/enrollment/ledger/profile.ts'
import type { Json, JsonObject } from '../../../core/kernel/json.ts'
import { fold } from '../../../core/kernel/text.ts'
import { given } from '../../../http/members.ts'
import { formatActor } from '../edge/actors.ts'
import type { GroupType } from '../edge/association.ts'
import { formatGid, parseGid } from '../edge/ids.ts'
import { DEFAULT_MICROTENANT, microtenantOf } from '../edge/microtenants.ts'
import { COMMON_FIELDS, type Fields, fields, namedField } from '../edge/search-fields.ts'
import { formatEpoch } from '../edge/wire.ts'
import {
  DECIMALS,
  GROUP_DEFAULTS,
  type GROUP_INPUT,
  GROUP_MEMBERS,
  REQUIRED,
  VERSION_PROFILES,
} from './group-members.ts'

export type GroupInput = Partial<z.output<(typeof GROUP_INPUT)[GroupType]>> & {
  readonly npAssistantGroup?:
    | { readonly mtu?: string | undefined; readonly lanSubnets?: readonly string[] | undefined }
    | undefined
}

/** As recorded: of a group whose priority no client can set. */
const UPGRADE_PRIORITY = 'WEEK'

export const GroupReply = z
  .looseObject({
    id: z.string(),
    modifiedTime: z.string(),
    creationTime: z.string(),
    modifiedBy: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    readOnly: z.boolean(),
    zscalerManaged: z.boolean(),
  })
  .meta({ description: 'Also the members that it was made with' })

/** Which required members are missing. */
export function missingMembers(input: GroupInput): readonly string[] {
  return REQUIRED.filter((name) => input[name] === undefined)
}

export function newGroup(type: GroupType, input: GroupInput): Omit<NewProfile, 'organization' | 'isDefault'> {
  const { name = '', description = '', enabled = true } = input
  const microtenantId = input.microtenantId ?? DEFAULT_MICROTENANT
  const attributes = {
    ...GROUP_DEFAULTS[type],
    ...attributesOf(type, input),
    ...derivedCityCountry(type, {}, input),
    groupType: type,
    microtenantId,
  }
  return {
    dialect: 'zpa',
    name,
    description,
    isEnabled: enabled,
    grant: { values: { groupType: type, microtenantId }, labels: [], locks: [] },
    attributes,
    uniqueName: uniqueName(type, microtenantId, name),
    allowedAddresses: [],
    defaultMaxUses: null,
    defaultLifetimeSeconds: null,
  }
}

/** What is absent stays as it is; a group keeps its microtenant. */
export function groupChange(type: GroupType, group: Profile, input: GroupInput): ProfileChange {
  const { name, description, enabled } = input
  return {
    ...given({
      name,
      description,
      isEnabled: enabled,
      uniqueName: name === undefined ? undefined : uniqueName(type, microtenantOf(group), name),
    }),
    patch: {
      attributes: { ...attributesOf(type, input), ...derivedCityCountry(type, group.attributes, input) },
    },
  }
}

export function groupTypeOfProfile(profile: Pick<Profile, 'attributes'>): string {
  return String(profile.attributes.groupType)
}

/** A group as lists and single GETs have it; the components are what enrolled in it. */
export function formatGroup(type: GroupType, group: Profile, components: readonly object[] = []): JsonObject {
  const { id, name, visibilityScope } = versionProfileOf(group)
  const listed = { [type === 'CONNECTOR_GRP' ? 'connectors' : 'serviceEdges']: components }
  return {
    ...formatNewGroup(type, group),
    upgradePriority: UPGRADE_PRIORITY,
    versionProfileVisibilityScope: visibilityScope,
    version: { version_profile_gid: id, versionProfileName: name },
    ...(components.length > 0 && (listed as JsonObject)),
  }
}

/** A group as the answer to a POST has it, as recorded. */
export function formatNewGroup(type: GroupType, group: Profile): JsonObject {
  const { texts, flags } = GROUP_MEMBERS[type]
  const member = (name: string): [string, Json][] => {
    const value = group.attributes[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  }
  return {
    id: formatGid('group', group),
    modifiedTime: formatEpoch(group.updatedAt),
    creationTime: formatEpoch(group.createdAt),
    modifiedBy: formatActor(group.updatedBy),
    name: group.name,
    enabled: group.isEnabled,
    ...(group.description !== '' && { description: group.description }),
    ...Object.fromEntries([...texts, ...flags].flatMap(member)),
    versionProfileName: versionProfileOf(group).name,
    ...formatMicrotenant(microtenantOf(group)),
    readOnly: false,
    zscalerManaged: false,
    ...npAssistantGroup(group),
  }
}

/** That of a group that an earlier release made with another is the default one. */
function versionProfileOf({ attributes }: Profile) {
  return VERSION_PROFILES.find(({ id }) => id === attributes.versionProfileId) ?? VERSION_PROFILES[0]
}

type Place = { readonly countryCode?: Json | undefined; readonly location?: Json | undefined }

/** `San Jose, US`: the first part of the location, and the country; undefined when either is not known. */
function cityCountryOf({ countryCode, location }: Place): string | undefined {
  const [city = ''] = String(location ?? '').split(',')
  const country = String(countryCode ?? '').toUpperCase()
  return city.trim() === '' || country === '' ? undefined : `${city.trim()}, ${country}`
}

/**
 * What becomes of a `cityCountry` that no client said; one that a client said, also a blank one, stays. Of App Connector groups
 * alone: of the others Terraform sends no blank one (docs/dialects/zpa.md#groups).
 */
function derivedCityCountry(type: GroupType, before: JsonObject, input: GroupInput): JsonObject {
  const known = before.cityCountry
  const isSaid = input.cityCountry !== undefined || (known !== undefined && known !== cityCountryOf(before))
  if (isSaid || type !== 'CONNECTOR_GRP') return {}
  return given({ cityCountry: cityCountryOf({ ...before, ...given(input) }) })
}

function npAssistantGroup(group: Profile): JsonObject {
  const { npAssistantGroup: stored } = group.attributes
  if (typeof stored !== 'object' || stored === null) return {}
  const times = {
    creationTime: formatEpoch(group.createdAt),
    modifiedTime: formatEpoch(group.updatedAt),
    modifiedBy: formatActor(group.updatedBy),
  }
  const id = formatGid('npAssistantGroup', group)
  const appConnectorGroupId = formatGid('group', group)
  return { npAssistantGroup: { id, appConnectorGroupId, ...times, ...(stored as JsonObject) } }
}

/** The group that an NP assistant's key names by either of its ids (docs/dialects/zpa.md#network-connector-groups). */
export function parseGroupId(text: string, isNpAssistant: boolean) {
  return parseGid('group', text) ?? (isNpAssistant ? parseGid('npAssistantGroup', text) : null)
}

function formatMicrotenant(id: string): JsonObject {
  return id === DEFAULT_MICROTENANT ? { microtenantName: 'Default' } : { microtenantId: id }
}

function attributesOf(type: GroupType, input: GroupInput): JsonObject {
  const { texts, flags } = GROUP_MEMBERS[type]
  const all = input as Readonly<Record<string, Json | undefined>>
  const members = [...texts, ...flags].flatMap((name): [string, Json][] => {
    const value = all[name]
    return value === undefined ? [] : [[name, value]]
  })
  const { versionProfileId, versionProfileName } = input
  const profile = VERSION_PROFILES.find(({ id, name }) =>
    versionProfileId === undefined ? name === versionProfileName : id === versionProfileId,
  )
  const { npAssistantGroup: np } = input
  return {
    ...Object.fromEntries(members),
    ...(profile && { versionProfileId: profile.id, versionProfileName: profile.name }),
    ...(np && { npAssistantGroup: given({ mtu: np.mtu, lanSubnets: np.lanSubnets }) }),
  }
}

/** One of a kind, a microtenant, and in any case. */
function uniqueName(type: string, microtenant: string, name: string): string {
  return JSON.stringify([type, microtenant, fold(name)])
}

export function groupFields(type: GroupType): Fields {
  const { texts, flags } = GROUP_MEMBERS[type]
  const same = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]))
  return {
    ...COMMON_FIELDS,
    upgradePriority: { kind: 'same', value: UPGRADE_PRIORITY, as: 'text' },
    versionProfileVisibilityScope: { kind: 'same', value: VERSION_PROFILES[0].visibilityScope, as: 'text' },
    ...fields('decimal', same(texts.filter((name) => DECIMALS.includes(name)))),
    ...fields('text', {
      ...same(texts.filter((name) => !DECIMALS.includes(name))),
      name: 'name',
      description: 'description',
      microtenantId: 'microtenantId',
    }),
    ...fields('boolean', { ...same(flags), enabled: 'isEnabled' }),
    ...fields('seconds', { creationTime: 'createdAt', modifiedTime: 'updatedAt' }),
    id: namedField({ name: 'n', kind: 'number' }, (id) => String(parseGid('group', id)?.n ?? '')),
  }
}
