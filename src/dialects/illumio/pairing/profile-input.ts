/** A pairing profile's fields, put into the core's words (docs/dialects/illumio.md#members-of-a-profile). Pure. */
import type * as z from 'zod'
import type { Grant, NewProfile, Profile, ProfileChange } from '../../../core/enrollment/ledger/profile.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { DEFAULT_RELEASE } from '../edge/constants.ts'
import { type EnforcementMode, intended, MODE_OF_LEGACY } from '../edge/modes.ts'
import { Attributes, GrantedValues } from '../edge/stored.ts'
import { CHOSEN_BY_AGENT, type ChangeProfile, type CreateProfile } from './profile-schemas.ts'

type Fields = Omit<z.output<typeof ChangeProfile>, 'ven_type'>
type Locks = Readonly<Record<string, boolean>>

const DEFAULT_VALUES = GrantedValues.parse({})
const DEFAULT_ATTRIBUTES = Attributes.parse({})
const DEFAULT_LOCKS: Locks = {
  enforcement_mode: true,
  visibility_level: true,
  log_traffic: true,
  'label:role': true,
  'label:app': true,
  'label:env': true,
  'label:loc': true,
}
type ProfileInput = Omit<NewProfile, 'organization' | 'isDefault'>

export function newProfile(input: z.output<typeof CreateProfile>, labels: Grant['labels']): ProfileInput {
  const venType = input.ven_type ?? DEFAULT_VALUES.ven_type
  const mode = input.enforcement_mode ?? (input.mode && MODE_OF_LEGACY[input.mode])
  const modeLock = input.enforcement_mode_lock ?? input.mode_lock
  const values = { ...DEFAULT_VALUES, ...valuesOf(input, mode), ven_type: venType }
  const attributes = { ...DEFAULT_ATTRIBUTES, ...attributesOf(input) }
  // Only a profile that says so lets its agents choose what they are.
  const locks = { ...DEFAULT_LOCKS, ...locksOf(input, modeLock), ven_type: venType !== CHOSEN_BY_AGENT }
  return {
    dialect: 'illumio',
    name: input.name ?? '',
    description: input.description ?? '',
    isEnabled: input.enabled,
    grant: { values, labels, locks: Object.keys(locks).filter((name) => locks[name as keyof typeof locks]) },
    attributes,
    uniqueName: uniqueName(attributes),
    allowedAddresses: [],
    defaultMaxUses: input.allowed_uses_per_key ?? null,
    defaultLifetimeSeconds: input.key_lifespan ?? null,
  }
}

/** Only what the body names. */
export function profileChange(
  input: Fields,
  stored: Profile,
  labels: Grant['labels'] | undefined,
): ProfileChange {
  const { enforcement_mode: storedMode } = GrantedValues.parse(stored.grant.values)
  const mode = intended(input.enforcement_mode, input.mode && MODE_OF_LEGACY[input.mode], storedMode)
  const isLocked = stored.grant.locks.includes('enforcement_mode')
  const modeLock = intended(input.enforcement_mode_lock, input.mode_lock, isLocked)
  const { name, description, enabled, allowed_uses_per_key: uses, key_lifespan: lifespan } = input
  const attributes = namesAttribute(input) ? attributesOf(input) : null
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { isEnabled: enabled }),
    ...(uses !== undefined && { defaultMaxUses: uses }),
    ...(lifespan !== undefined && { defaultLifetimeSeconds: lifespan }),
    ...(attributes && { uniqueName: uniqueName({ ...stored.attributes, ...attributes }) }),
    patch: {
      values: valuesOf(input, mode),
      locks: locksOf(input, modeLock),
      ...(labels && { labels }),
      ...(attributes && { attributes }),
    },
  }
}

function valuesOf(input: Fields, mode: z.output<typeof EnforcementMode> | undefined): JsonObject {
  const { visibility_level, log_traffic } = input
  return {
    ...(mode && { enforcement_mode: mode }),
    ...(visibility_level && { visibility_level }),
    ...(log_traffic !== undefined && { log_traffic }),
  }
}

function locksOf(input: Fields, modeLock: boolean | undefined): Locks {
  const named = {
    enforcement_mode: modeLock,
    visibility_level: input.visibility_level_lock,
    log_traffic: input.log_traffic_lock,
    'label:role': input.role_label_lock,
    'label:app': input.app_label_lock,
    'label:env': input.env_label_lock,
    'label:loc': input.loc_label_lock,
  }
  return Object.fromEntries(Object.entries(named).filter(([, lock]) => lock !== undefined)) as Locks
}

/** A reference into an external data set names one profile (docs/dialects/illumio.md#external-references). */
function uniqueName(attributes: JsonObject): string | null {
  const { external_data_set: set, external_data_reference: reference } = attributes
  return typeof set === 'string' && typeof reference === 'string' ? JSON.stringify([set, reference]) : null
}

function namesAttribute(input: Fields): boolean {
  return Object.keys(DEFAULT_ATTRIBUTES).some((name) => input[name as keyof Fields] !== undefined)
}

function attributesOf(input: Fields): JsonObject {
  const { external_data_set, external_data_reference, agent_software_release: release } = input
  return {
    ...(external_data_set !== undefined && { external_data_set }),
    ...(external_data_reference !== undefined && { external_data_reference }),
    ...(release !== undefined && { agent_software_release: storedRelease(release) }),
  }
}

/** Null, "" and any text with "Default" follow the default (docs/dialects/illumio.md#software-release-of-a-profile). */
function storedRelease(release: string | null): string {
  return !release || release.includes(DEFAULT_RELEASE) ? DEFAULT_RELEASE : release
}
