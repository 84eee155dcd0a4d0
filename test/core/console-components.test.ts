/** What the console's components draw and say, and what its form of a key means. Pure. */
import { describe, expect, test } from 'vitest'
import { niceTop } from '../../src/console/components/figure/chart.tsx'
import { count, number } from '../../src/console/components/figure/number.ts'
import { teethOf } from '../../src/console/components/figure/teeth.ts'
import { momentOf, relativeTime } from '../../src/console/components/figure/time.tsx'
import { qrOf } from '../../src/console/components/form/secret.tsx'
import { bodyOfNewKey, checkKey, NEW_KEY } from '../../src/console/keys/form/key-form.ts'
import { KeyInput } from '../../src/http/words/key-wire.ts'

const inList = { width: 100, cells: 25 }
/** A tooth is drawn from below the shaft; the first path of `cut` is the shaft. */
const teethIn = (path: string) => [...path.matchAll(/M\d+ 3h/g)].length

describe('the teeth', () => {
  test.each([
    [0, 25, 0],
    [8, 25, 8],
    [25, 25, 25],
    [1, 500, 1],
    [61, 500, 3],
    [499, 500, 24],
    [500, 500, 25],
    [9_007, 100_000, 2],
  ])('%i uses of %i are %i teeth', (used, max, teeth) => {
    expect(teethIn(teethOf({ used, max, ...inList }).cut)).toBe(teeth)
  })

  test('a use that is held is half a tooth, and one whose agent was revoked is drawn apart', () => {
    const { cut, held, gone } = teethOf({ used: 3, max: 10, held: 2, gone: [2], ...inList })
    expect([teethIn(cut), teethIn(gone), [...held.matchAll(/M/g)].length]).toEqual([2, 1, 2])
  })

  test('without a limit the shaft is dashed, and a key that was never used is not coloured', () => {
    expect(teethOf({ used: 0, max: null, ...inList })).toMatchObject({ cut: '', held: '' })
    expect(teethOf({ used: 9, max: null, ...inList }).uncut).toBe('')
  })
})

test.each([
  [0, 'now'],
  [-20_000, '20 s ago'],
  [-120_000, '2 min ago'],
  [-3 * 3_600_000, '3 h ago'],
  [-25 * 3_600_000, 'yesterday'],
  [-4 * 86_400_000, '4 d ago'],
  [18 * 3_600_000, 'in 18 h'],
  [6 * 86_400_000, 'in 6 d'],
  [100 * 86_400_000, '10 Mar 2027'],
])('%i ms away is said as %s', (distance, words) => {
  const now = Date.UTC(2026, 10, 30, 12, 3)
  expect(relativeTime(now + distance, now)).toBe(words)
})

test('times are said in UTC, and numbers with commas', () => {
  const now = Date.UTC(2026, 10, 30)
  expect(momentOf(Date.UTC(2026, 11, 7, 12, 3), now)).toBe('Mon 7 Dec, 12:03')
  expect([number(104_882), count(0, 'agent'), count(1, 'agent'), count(4, 'agent')]).toEqual([
    '104,882',
    'no agents',
    '1 agent',
    '4 agents',
  ])
})

test('a chart ends at a round number that is no less', () => {
  expect([2, 3, 7, 15, 34, 41, 100, 101].map(niceTop)).toEqual([2, 4, 8, 20, 40, 60, 100, 200])
})

test('a QR code is one path of squares that are joined along a row', () => {
  const { size, path } = qrOf('LATCHKEY_URL=https://latchkey.example')
  expect(size).toBeGreaterThanOrEqual(21)
  expect(path.startsWith('M0 0h7v1h-7z')).toBe(true)
})

describe('the form of a key', () => {
  const typed = { ...NEW_KEY, name: 'web servers', profile_id: 'prf_268435457' }
  const check = (change: Readonly<Record<string, string>>) => {
    const form = { ...typed, ...change }
    return checkKey(KeyInput, bodyOfNewKey(form), form)
  }

  test('as it begins it asks for one use that ends in seven days', () => {
    expect(check({})).toMatchObject({ ok: true, value: { max_uses: 1, lifetime_seconds: 604_800 } })
  })

  test('says beside the field which line is wrong, and what would be right', () => {
    expect(check({ from: '10.20.0.0/16\n2001:db8:40::/33x' })).toEqual({
      ok: false,
      errors: { from: 'Line 2: “2001:db8:40::/33x” is not an address range. Example: 2001:db8:40::/48' },
    })
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ uses: 'n', max_uses: '0' }, 'max_uses'],
    [{ uses: 'n', max_uses: 'many' }, 'max_uses'],
    [{ uses: 'u' }, 'reason'],
    [{ ends: 'date', ends_at: '' }, 'ends'],
    [{ ends: 'soon' }, 'ends'],
    [{ labels: '-x=y' }, 'labels'],
    [{ windows: 'at night' }, 'windows'],
    [{ per_minute: '-1' }, 'per_minute'],
    [{ profile_id: 'x' }, 'profile_id'],
    [{ hold: 'maybe' }, 'hold'],
    [{ approval: 'on', expires_seconds: '5' }, 'expires_seconds'],
  ])('refuses %j beside %s alone', (change, field) => {
    const checked = check(change)
    expect(checked.ok ? [] : Object.keys(checked.errors)).toEqual([field])
  })

  test('keeps why a key has no limit, and takes days of a window as a range', () => {
    expect(
      check({ uses: 'u', reason: 'golden image', windows: 'fri-mon 22:00-06:00 Europe/Berlin' }),
    ).toMatchObject({
      ok: true,
      value: {
        max_uses: null,
        description: 'No limit: golden image',
        windows: [
          { days: ['fri', 'sat', 'sun', 'mon'], from: '22:00', to: '06:00', time_zone: 'Europe/Berlin' },
        ],
      },
    })
  })
})
