import type { Names } from '../../core/search/catalogue.ts'
import { momentOf } from '../components/figure/time.tsx'
import { Bar } from '../components/list/chips.tsx'
import type { Asked } from '../lists/asked.ts'
import { chipsOf, DIALECT_CHOICES, spanChoices } from '../lists/filters.tsx'

/** Filters that are set by following a link from elsewhere are shown, and can be taken away. */
export function AgentFilters({
  path,
  asked,
  names,
  now,
}: {
  readonly path: string
  readonly asked: Asked
  readonly names: Names
  readonly now: number
}) {
  const { set, menu, choice, typed } = chipsOf(path, asked)
  const [key] = names.keys.values()
  const [profile] = names.profiles.values()
  return (
    <Bar>
      {choice('state', 'State', [
        ['Active', 'active'],
        ['Revoked', 'revoked'],
        ['Left', 'left'],
      ])}
      {set('profile_id', 'Profile', profile?.name)}
      {set('key_id', 'Key', key?.name)}
      {choice('dialect', 'Dialect', DIALECT_CHOICES)}
      {set('since', 'Enrolled since', asked.since && momentOf(Date.parse(asked.since), now)) ||
        menu('since', 'Enrolled in', spanChoices(now))}
      {typed('label', 'Label', 'A label, or several between commas', 'env=prod')}
      {typed('q', 'Host', 'A part of the host name', 'web')}
    </Bar>
  )
}
