import type { Names } from '../../core/search/catalogue.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { momentOf } from '../components/figure/time.tsx'
import { Bar } from '../components/list/chips.tsx'
import { Live } from '../components/list/feed.tsx'
import type { Asked } from '../lists/asked.ts'
import { chipsOf, spanChoices } from '../lists/filters.tsx'

/** The groups of types by which people look: the noun before the dot. */
const GROUPS = [
  ['Enrollments and refusals', 'agent.enroll'],
  ['Agents', 'agent.*'],
  ['Keys', 'key.*'],
  ['Held uses', 'use.*'],
  ['Approvals', 'approval.*'],
  ['Profiles', 'profile.*'],
  ['API keys', 'api_key.*'],
  ['People', 'user.*'],
  ['Roles', 'permission.*'],
  ['Keyring', 'keyring.*'],
] as const satisfies readonly (readonly [string, `${string}.${string}`])[]

export function EventFilters({
  path,
  asked,
  names,
  now,
  isFollowing,
}: {
  readonly path: string
  readonly asked: Asked
  readonly names: Names
  readonly now: number
  readonly isFollowing: boolean
}) {
  const { set, choice, typed } = chipsOf(path, asked)
  const moment = (text: string | undefined) => text && momentOf(Date.parse(text), now)
  return (
    <Bar>
      {choice('type', 'Type', GROUPS)}
      {choice('success', 'Outcome', [
        ['Refused', 'false'],
        ['Done', 'true'],
      ])}
      {set('key_id', 'Key', asked.key_id && nameOf(names, asked.key_id))}
      {set('agent_id', 'Agent')}
      {set('profile_id', 'Profile')}
      {set('actor', 'Actor')}
      {typed('address', 'Address', 'An address or a CIDR range', '10.0.0.0/8')}
      {choice('since', 'Since', spanChoices(now), moment(asked.since))}
      {set('until', 'Until', moment(asked.until))}
      {typed('request_id', 'Request', 'The X-Request-Id of an answer', '3e7c3b5e-…')}
      {isFollowing && (
        <span class="end">
          <Live>Following</Live>
        </span>
      )}
    </Bar>
  )
}

function nameOf({ keys }: Names, keyId: string): string {
  const [id] = [...keys].find(([id]) => formatKeyId(id) === keyId) ?? []
  return (id !== undefined && keys.get(id)?.name) || keyId
}
