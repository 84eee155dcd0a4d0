import type * as z from 'zod'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { formatProfileId } from '../../../http/words/wire.ts'
import { clockOf, momentOf } from '../../components/figure/time.tsx'
import { Bar, ChipMenu, SetChip } from '../../components/list/chips.tsx'
import type { Asked } from '../../lists/asked.ts'
import { addressOf } from '../../lists/asked.ts'
import { chipsOf, DIALECT_CHOICES, spanChoices } from '../../lists/filters.tsx'
import { KEYS, type KeyQuery, STATES } from './find-keys.ts'

const SORTED = [
  ['-created_at', 'newest first'],
  ['name', 'name'],
  ['-last_used_at', 'last used'],
  ['expires_at', 'ends first'],
] as const

/** Of the states, `usable` is the one that is shown unless another is asked for. */
export function KeyFilters({
  asked,
  query,
  profiles,
  now,
  asOf,
}: {
  readonly asked: Asked
  readonly query: z.output<typeof KeyQuery>
  readonly profiles: readonly Profile[]
  readonly now: number
  readonly asOf: number
}) {
  const { set, menu, choice, typed } = chipsOf(KEYS, asked)
  const { state, used_since: since } = query
  const states = STATES.filter((one) => one !== 'all')
  return (
    <Bar>
      {state === 'all' ? (
        menu(
          'state',
          'State',
          states.map((one) => [wordOf(one), one]),
        )
      ) : (
        <SetChip label="State" value={wordOf(state)} href={addressOf(KEYS, asked, { state: 'all' })} />
      )}
      {choice(
        'profile_id',
        'Profile',
        profiles.map((one) => [one.name, formatProfileId(one)]),
      )}
      {choice('dialect', 'Dialect', DIALECT_CHOICES)}
      {typed('label', 'Label', 'Name, or name=value', 'env=production')}
      {typed('q', 'Name', 'A part of the name')}
      {set('used_since', 'Used since', since === undefined ? undefined : momentOf(since, now)) ||
        menu('used_since', 'Used in', spanChoices(asOf))}
      <ChipMenu
        label="Sort"
        isPhoneOnly
        links={SORTED.map(([sort, label]) => ({
          href: addressOf(KEYS, asked, { sort }),
          label,
          isCurrent: asked.sort === sort,
        }))}
      />
      <span class="end muted small nw">As of {clockOf(asOf)}</span>
    </Bar>
  )
}

export function wordOf(state: string): string {
  return state === 'suspended_by_restore' ? 'suspended' : state
}
