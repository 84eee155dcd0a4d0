import { describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../../src/core/access/permission.ts'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import { applyChange } from '../../src/core/enrollment/profiles/patch.ts'
import { intended } from '../../src/dialects/illumio/edge/modes.ts'
import { formatProfile, storedReleasePrefix } from '../../src/dialects/illumio/pairing/profile-format.ts'
import { newProfile, profileChange } from '../../src/dialects/illumio/pairing/profile-input.ts'
import { ChangeProfile, CreateProfile } from '../../src/dialects/illumio/pairing/profile-schemas.ts'

const AT = Date.UTC(2022, 4, 25, 18, 41, 49, 242)
const ALL = new Set(PERMISSIONS)

/** The profile that a POST body makes, as a ledger would hold it. */
function made(body: object, labels: Profile['grant']['labels'] = []): Profile {
  const input = newProfile(CreateProfile.parse(body), labels)
  const by = { kind: 'principal', id: 1, name: 'a@b.example', apiKey: null } as const
  return {
    tags: {},
    location: null,
    ...input,
    ceilings: null,
    certificates: null,
    organization: 1,
    isDefault: false,
    ledger: 24,
    n: 1,
    uses: 0,
    lastRedeemedAt: null,
    lastKeyAt: null,
    lastKeyBy: null,
    createdAt: AT,
    createdBy: by,
    updatedAt: AT,
    updatedBy: by,
    version: 1,
  }
}

/** A PUT body, applied. */
function put(profile: Profile, body: object, labels?: Profile['grant']['labels']): Profile {
  return { ...profile, ...applyChange(profile, profileChange(ChangeProfile.parse(body), profile, labels)) }
}

const shown = (profile: Profile) => formatProfile(profile, ALL)

test('the canonical response of contract §2.3', () => {
  const profile = made(
    {
      name: 'AutoScale App',
      description: 'PP_Description',
      enabled: true,
      allowed_uses_per_key: 1,
      labels: [{ href: '/orgs/1/labels/153' }],
    },
    [{ key: 'role', id: '153' }],
  )
  expect(shown(profile)).toEqual({
    href: '/orgs/1/pairing_profiles/24',
    name: 'AutoScale App',
    description: 'PP_Description',
    total_use_count: 0,
    enabled: true,
    is_default: false,
    created_at: '2022-05-25T18:41:49.242Z',
    updated_at: '2022-05-25T18:41:49.242Z',
    created_by: { href: '/users/1' },
    updated_by: { href: '/users/1' },
    mode: 'illuminated',
    enforcement_mode: 'visibility_only',
    key_lifespan: 'unlimited',
    allowed_uses_per_key: 1,
    last_pairing_at: null,
    last_pairing_key_generated_at: null,
    last_pairing_key_generated_by: null,
    labels: [{ href: '/orgs/1/labels/153' }],
    env_label_lock: true,
    loc_label_lock: true,
    role_label_lock: true,
    app_label_lock: true,
    mode_lock: true,
    enforcement_mode_lock: true,
    log_traffic: false,
    log_traffic_lock: true,
    visibility_level: 'flow_summary',
    visibility_level_lock: true,
    external_data_set: null,
    external_data_reference: null,
    agent_software_release: 'Default (21.5.20-8451)',
    ven_type: 'server',
    caps: ['write', 'generate_pairing_key'],
  })
})

test('a member who only reads has no caps', () => {
  expect(formatProfile(made({ enabled: true }), new Set(['profiles.read'])).caps).toEqual([])
})

describe('numbers', () => {
  test.each([
    [1, 1],
    [2_147_483_647, 2_147_483_647],
    ['60', 60],
    ['one_use', 1],
    ['unlimited', 'unlimited'],
  ])('allowed_uses_per_key %j is shown as %j', (sent, seen) => {
    expect(shown(made({ enabled: true, allowed_uses_per_key: sent })).allowed_uses_per_key).toBe(seen)
  })

  test.each([0, -1, 1.5, 2_147_483_648, '0', '060', '-1', '2147483648', '1e3', '', 'UNLIMITED', null, true])(
    '%j is no limit',
    (sent) => {
      expect(CreateProfile.safeParse({ enabled: true, allowed_uses_per_key: sent }).success).toBe(false)
      expect(CreateProfile.safeParse({ enabled: true, key_lifespan: sent }).success).toBe(false)
    },
  )

  test('a lifespan is never one use', () => {
    expect(CreateProfile.safeParse({ enabled: true, key_lifespan: 'one_use' }).success).toBe(false)
  })
})

describe('two generations of mode', () => {
  test.each([
    ['idle', 'idle'],
    ['illuminated', 'visibility_only'],
    ['enforced', 'full'],
    ['selective', 'selective'],
  ])('old %s and new %s are one', (mode, enforcement_mode) => {
    expect(shown(made({ enabled: true, mode }))).toMatchObject({ mode, enforcement_mode })
    expect(shown(made({ enabled: true, enforcement_mode }))).toMatchObject({ mode, enforcement_mode })
  })

  test('in a POST the new form wins', () => {
    const profile = made({
      enabled: true,
      mode: 'idle',
      enforcement_mode: 'full',
      mode_lock: true,
      enforcement_mode_lock: false,
    })
    expect(shown(profile)).toMatchObject({ mode: 'enforced', mode_lock: false, enforcement_mode_lock: false })
  })

  const stored = made({ enabled: true, enforcement_mode: 'full' })
  test.each([
    ['only the old', { mode: 'idle' }, 'idle'],
    ['only the new', { enforcement_mode: 'selective' }, 'selective'],
    ['both, the old differs from what is stored', { mode: 'idle', enforcement_mode: 'full' }, 'idle'],
    [
      'both, the new differs from what is stored',
      { mode: 'enforced', enforcement_mode: 'visibility_only' },
      'visibility_only',
    ],
    [
      'both differ and disagree: the new',
      { mode: 'idle', enforcement_mode: 'visibility_only' },
      'visibility_only',
    ],
    ['both say the same', { mode: 'idle', enforcement_mode: 'idle' }, 'idle'],
    ['neither', {}, 'full'],
  ])('in a PUT: %s', (_, body, expected) => {
    expect(shown(put(stored, body)).enforcement_mode).toBe(expected)
  })

  test('locks follow the same rule', () => {
    expect(shown(put(stored, { mode_lock: false, enforcement_mode_lock: true })).mode_lock).toBe(false)
    expect(shown(put(stored, { mode_lock: true, enforcement_mode_lock: false })).mode_lock).toBe(false)
    expect(intended(undefined, undefined, true)).toBeUndefined()
  })
})

describe('a PUT is partial', () => {
  const stored = made(
    {
      enabled: true,
      name: 'A',
      description: 'B',
      key_lifespan: 60,
      external_data_set: 'set',
      role_label_lock: false,
      log_traffic: true,
      visibility_level: 'flow_off',
    },
    [{ key: 'role', id: '9' }],
  )

  test('{} changes nothing', () => {
    expect(put(stored, {})).toEqual(stored)
  })

  test('what was read, sent back, changes nothing', () => {
    expect(put(stored, shown(stored), stored.grant.labels)).toEqual(stored)
  })

  test('one member changes and the others stay', () => {
    expect(shown(put(stored, { visibility_level: 'flow_drops' }))).toEqual({
      ...shown(stored),
      visibility_level: 'flow_drops',
    })
    expect(shown(put(stored, { external_data_reference: 'ref' }))).toEqual({
      ...shown(stored),
      external_data_reference: 'ref',
    })
  })

  test('null takes external data away, [] the labels, "unlimited" the limit', () => {
    const changed = put(stored, { external_data_set: null, labels: [], key_lifespan: 'unlimited' }, [])
    expect(shown(changed)).toMatchObject({ external_data_set: null, labels: [], key_lifespan: 'unlimited' })
  })

  test('the VEN type stays what it was made', () => {
    expect(shown(put(stored, { ven_type: 'endpoint' })).ven_type).toBe('server')
  })
})

describe('releases', () => {
  test.each([null, '', 'Default', 'Default (21.5.20-8451)', 'Default (9.9)'])(
    '%j follows the default',
    (sent) => {
      expect(shown(made({ enabled: true, agent_software_release: sent })).agent_software_release).toBe(
        'Default (21.5.20-8451)',
      )
    },
  )
  test('any other is kept as it is (A22)', () => {
    expect(shown(made({ enabled: true, agent_software_release: '17.2.0' })).agent_software_release).toBe(
      '17.2.0',
    )
  })
  test('a prefix of what is shown finds what is stored', () => {
    expect(storedReleasePrefix('Default (21')).toBe('Default')
    expect(storedReleasePrefix('Def')).toBe('Def')
    expect(storedReleasePrefix('17.2')).toBe('17.2')
  })
})

test('a profile that another dialect wrote is shown with defaults, not refused', () => {
  const foreign = { ...made({ enabled: true }), grant: { values: {}, labels: [], locks: [] }, attributes: {} }
  expect(shown(foreign)).toMatchObject({ enforcement_mode: 'visibility_only', external_data_set: null })
})
