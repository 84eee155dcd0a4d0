/** What `latchkey apply` would do: which records are the same, what is made, changed and left. */
import { describe, expect, test } from 'vitest'
import { planOf, type Records } from '../../scripts/cli/moving/plan.ts'
import { linesOfPlan } from '../../scripts/cli/moving/plan-text.ts'
import type { Json } from '../../scripts/lib/http/answer.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')

function profile(id: string, name: string, more: Json = {}): Json {
  return {
    id,
    name,
    dialect: 'native',
    description: '',
    labels: {},
    location: null,
    enabled: true,
    allowed_addresses: [],
    default_max_uses: null,
    default_key_lifetime_seconds: null,
    ceilings: { max_uses: null, lifetime_seconds: null },
    created_at: `2026-01-01T00:00:00.${id.slice(-1)}00Z`,
    ...more,
  }
}

function key(id: string, profile_id: string, name: string, more: Json = {}): Json {
  return {
    id,
    profile_id,
    name,
    description: '',
    labels: {},
    max_uses: 5,
    uses: 0,
    uses_left: 5,
    expires_at: null,
    revoked_at: null,
    enabled: true,
    state: 'active',
    allowed_addresses: [],
    created_at: `2026-02-01T00:00:00.${id.slice(-1)}00Z`,
    ...more,
  }
}

const NOTHING: Records = { profiles: [], keys: [] }
const steps = (file: Records, here: Records) => planOf(file, here, NOW).steps
const reasons = (file: Records, here: Records) => planOf(file, here, NOW).left.map(({ because }) => because)

describe('in an empty organization', () => {
  test('profiles are made before their keys, and a key begins with the uses that it had left', () => {
    const file = {
      profiles: [profile('prf_1', 'web')],
      keys: [key('key_1', 'prf_1', 'rollout', { uses: 3, uses_left: 2 })],
    }
    expect(steps(file, NOTHING)).toMatchObject([
      { do: 'make_profile', members: { name: 'web', location: null } },
      { do: 'make_key', profile: null, members: { name: 'rollout', max_uses: 2 } },
    ])
  })

  test.each([
    ['spent', { uses: 5, uses_left: 0 }, 'it was spent'],
    ['revoked', { revoked_at: '2026-03-01T00:00:00Z' }, 'it was revoked'],
    ['expired', { expires_at: '2026-03-01T00:00:00Z' }, 'it has expired'],
    ['suspended', { state: 'suspended_by_restore' }, 'it came from a backup and was not released'],
  ])('a key that is %s is not made again', (_, more, because) => {
    const file = { profiles: [profile('prf_1', 'web')], keys: [key('key_1', 'prf_1', 'old', more)] }
    expect(steps(file, NOTHING).map((step) => step.do)).toEqual(['make_profile'])
    expect(reasons(file, NOTHING)).toEqual([because])
  })

  test('what another API makes is left, with its keys', () => {
    const file = {
      profiles: [profile('prf_1', 'pp', { dialect: 'illumio' })],
      keys: [key('key_1', 'prf_1', 'pairing')],
    }
    expect(steps(file, NOTHING)).toEqual([])
    expect(reasons(file, NOTHING)).toEqual([
      'its own API makes it (illumio)',
      'its profile is not made here, or not in the export',
    ])
  })
})

describe('where the records come from', () => {
  const here = {
    profiles: [profile('prf_1', 'web')],
    keys: [key('key_1', 'prf_1', 'rollout', { uses: 5, uses_left: 0 })],
  }

  test('nothing is planned, also when a key was used meanwhile', () => {
    const file = { profiles: here.profiles, keys: [key('key_1', 'prf_1', 'rollout')] }
    expect(planOf(file, here, NOW)).toEqual({ steps: [], left: [], equal: 2 })
  })

  test('a record that was renamed there is changed, and a limit is the whole limit', () => {
    const file = {
      profiles: [profile('prf_1', 'frontend', { labels: { env: 'prod' } })],
      keys: [key('key_1', 'prf_1', 'rollout', { max_uses: 9, uses_left: 9 })],
    }
    expect(steps(file, here)).toEqual([
      {
        do: 'change_profile',
        id: 'prf_1',
        name: 'web',
        before: { name: 'web', labels: {} },
        members: { name: 'frontend', labels: { env: 'prod' } },
      },
      {
        do: 'change_key',
        id: 'key_1',
        name: 'rollout',
        before: { max_uses: 5 },
        members: { max_uses: 9 },
      },
    ])
  })

  test('a key that is revoked by now is left as it is', () => {
    const revoked = {
      ...here,
      keys: [key('key_1', 'prf_1', 'rollout', { revoked_at: '2026-05-01T00:00:00Z' })],
    }
    const file = { profiles: here.profiles, keys: [key('key_1', 'prf_1', 'rollout')] }
    expect(steps(file, revoked)).toEqual([])
    expect(reasons(file, revoked)).toEqual(['it is revoked here'])
  })
})

describe('where the same ids are other records', () => {
  test('records are matched by name, and those of another profile of that id are not touched', () => {
    const created_at = '2025-01-01T00:00:00.000Z'
    const here = {
      profiles: [profile('prf_1', 'db', { created_at }), profile('prf_2', 'web', { created_at })],
      keys: [key('key_1', 'prf_1', 'rollout', { created_at, max_uses: 1, uses_left: 1 })],
    }
    const file = { profiles: [profile('prf_1', 'web')], keys: [key('key_1', 'prf_1', 'rollout')] }
    expect(steps(file, here)).toMatchObject([
      { do: 'make_key', profile: 'prf_2', members: { name: 'rollout' } },
    ])
  })

  test('a profile that is to be made is not taken for another one of its id', () => {
    const created_at = '2025-01-01T00:00:00.000Z'
    const here = {
      profiles: [profile('prf_1', 'db', { created_at })],
      keys: [key('key_9', 'prf_1', 'rollout', { created_at })],
    }
    const file = { profiles: [profile('prf_1', 'web')], keys: [key('key_1', 'prf_1', 'rollout')] }
    expect(steps(file, here).map((step) => step.do)).toEqual(['make_profile', 'make_key'])
  })
})

test('applied a second time nothing is planned: spent, equal and partly used keys of one name included', () => {
  const file = {
    profiles: [profile('prf_1', 'web')],
    keys: [
      key('key_1', 'prf_1', 'line', { uses_left: 0, uses: 5 }),
      key('key_2', 'prf_1', 'line', { uses_left: 3, uses: 2 }),
      key('key_3', 'prf_1', 'line'),
      key('key_4', 'prf_1', '', { enabled: false }),
    ],
  }
  const made = steps(file, NOTHING)
  const here: Records = {
    profiles: [{ ...file.profiles[0], id: 'prf_8', created_at: 'later' }],
    keys: made.flatMap((step, i) =>
      step.do === 'make_key'
        ? [{ ...step.was, ...step.members, id: `key_8${i}`, profile_id: 'prf_8', created_at: 'later' }]
        : [],
    ),
  }
  expect(here.keys.map(({ max_uses }) => max_uses)).toEqual([3, 5, 5])
  const again = planOf(file, here, NOW)
  expect([again.steps, again.equal, again.left.length]).toEqual([[], 4, 1])
})

test('a plan names what it does, with the values before and after', () => {
  const file = {
    profiles: [profile('prf_1', 'web', { enabled: false })],
    keys: [key('key_1', 'prf_1', 'new'), key('key_2', 'prf_1', 'old', { uses_left: 0 })],
  }
  const plan = planOf(file, { profiles: [profile('prf_1', 'web')], keys: [] }, NOW)
  expect(linesOfPlan(plan)).toEqual([
    '~ profile "web" prf_1: enabled true → false',
    '+ key "new", 5 uses, without an end (was key_1)',
    '- key "old" key_2: it was spent',
    'to make: 0 profiles, 1 keys; to change: 1 profiles, 0 keys; left: 1; equal: 0',
  ])
})
