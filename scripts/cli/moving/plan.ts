/**
 * What would make an organization's native profiles and keys as an export has them. Pure.
 *
 * A record is the same as one here if it has its id and was made in the same millisecond. Otherwise they are matched by their
 * names, of equal names in their order. A key that is moved begins with the uses that it had left, so that both together make
 * no more agents than it allowed; one without any use, or whose time is over, is not made again.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../lib/http/answer.ts'

export type Records = { readonly profiles: readonly Json[]; readonly keys: readonly Json[] }

type Change = { readonly id: string; readonly name: string; readonly before: Json; readonly members: Json }

export type Step =
  | { readonly do: 'make_profile'; readonly was: Json; readonly members: Json }
  | ({ readonly do: 'change_profile' } & Change)
  /** @property profile the id of one that is here; null: an earlier step makes it */
  | { readonly do: 'make_key'; readonly was: Json; readonly profile: string | null; readonly members: Json }
  | ({ readonly do: 'change_key' } & Change)

/** What is left as it is, and why. */
export type Left = { readonly what: 'profile' | 'key'; readonly record: Json; readonly because: string }

export type Plan = {
  readonly steps: readonly Step[]
  readonly left: readonly Left[]
  /** How many are here already, as the export has them. */
  readonly equal: number
}

const PROFILE_MEMBERS = [
  'name',
  'description',
  'labels',
  'enabled',
  'allowed_addresses',
  'default_max_uses',
  'default_key_lifetime_seconds',
  'ceilings',
] as const

const KEY_MEMBERS = [
  'name',
  'description',
  'labels',
  'max_uses',
  'expires_at',
  'enabled',
  'allowed_addresses',
  'hold',
  'approval',
  'not_before',
  'windows',
  'limits',
  'pause_on',
  'decoy',
  'only_expected',
] as const

/** @param now Unix milliseconds */
export function planOf(file: Records, here: Records, now: number): Plan {
  const steps: Step[] = []
  const left: Left[] = []
  let equal = 0
  const isNative = ({ dialect }: Json) => dialect === 'native'
  for (const record of file.profiles.filter((one) => !isNative(one))) {
    left.push({ what: 'profile', record, because: `its own API makes it (${record.dialect})` })
  }

  const wanted = file.profiles.filter(isNative)
  const byName = ({ name }: Json) => name
  const profiles = matched(wanted, here.profiles.filter(isNative), { wanted: byName, here: byName })
  for (const was of wanted) {
    const match = profiles.get(was)
    if (!match) {
      steps.push({ do: 'make_profile', was, members: pick(was, [...PROFILE_MEMBERS, 'location']) })
      continue
    }
    const members = differing(pick(was, PROFILE_MEMBERS), match.record)
    if (members === null) equal += 1
    else steps.push({ do: 'change_profile', ...changeOf(match.record, members) })
  }

  /** By its id in the export; null: it is to be made. */
  const profileOf = new Map(wanted.map((was) => [was.id, profiles.get(was)?.record.id ?? null]))
  const native = file.keys.filter(({ profile_id }) => profileOf.has(profile_id))
  const keys = matched(
    native,
    here.keys,
    {
      wanted: ({ profile_id, name }) =>
        profileOf.get(profile_id) ? `${profileOf.get(profile_id)} ${name}` : null,
      here: ({ profile_id, name }) => `${profile_id} ${name}`,
    },
    (key) => reasonNotToMake(key, now) === null,
  )
  for (const was of file.keys) {
    const match = keys.get(was)
    const because = profileOf.has(was.profile_id)
      ? match
        ? reasonNotToChange(match.record)
        : reasonNotToMake(was, now)
      : 'its profile is not made here, or not in the export'
    if (because !== null) {
      left.push({ what: 'key', record: was, because })
      continue
    }
    // Where it is the same key, its count is here, too.
    const max_uses = match?.isSame ? was.max_uses : (was.uses_left ?? was.max_uses)
    const members = { ...pick(was, KEY_MEMBERS), max_uses }
    if (!match) {
      steps.push({ do: 'make_key', was, profile: profileOf.get(was.profile_id) ?? null, members })
      continue
    }
    const changed = differing(members, match.record)
    if (changed === null) equal += 1
    else steps.push({ do: 'change_key', ...changeOf(match.record, changed) })
  }
  return { steps, left, equal }
}

function reasonNotToChange(here: Json): string | null {
  return here.revoked_at === null ? null : 'it is revoked here'
}

/** Why a key of the export is not made again; null: it is made. */
function reasonNotToMake(key: Json, now: number): string | null {
  if (key.revoked_at) return 'it was revoked'
  if (key.uses_left === 0) return 'it was spent'
  if (key.expires_at && Date.parse(key.expires_at) <= now) return 'it has expired'
  if (key.state === 'suspended_by_restore') return 'it came from a backup and was not released'
  return null
}

type Match = { readonly record: Json; readonly isSame: boolean }

/** @param isPlaced whether a record may be matched by its place, too */
function matched(
  wanted: readonly Json[],
  here: readonly Json[],
  place: { readonly wanted: (record: Json) => string | null; readonly here: (record: Json) => string },
  isPlaced: (record: Json) => boolean = () => true,
): ReadonlyMap<Json, Match> {
  const identity = ({ id, created_at }: Json) => `${id} ${created_at}`
  const byIdentity = new Map(here.map((record) => [identity(record), record]))
  const matches = new Map<Json, Match>()
  for (const one of wanted) {
    const record = byIdentity.get(identity(one))
    if (record) matches.set(one, { record, isSame: true })
  }
  const taken = new Set([...matches.values()].map(({ record }) => record))
  const rest = Map.groupBy(
    here.filter((record) => !taken.has(record)),
    place.here,
  )
  for (const one of wanted) {
    if (matches.has(one) || !isPlaced(one)) continue
    const record = rest.get(place.wanted(one) ?? '')?.shift()
    if (record) matches.set(one, { record, isSame: false })
  }
  return matches
}

function pick(record: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]))
}

/** The members that are not so here; null: all are. */
function differing(members: Json, here: Json): Json | null {
  const those = Object.keys(members).filter((name) => !isDeepStrictEqual(members[name], here[name]))
  return those.length === 0 ? null : pick(members, those)
}

function changeOf(here: Json, members: Json): Change {
  return { id: here.id, name: here.name, before: pick(here, Object.keys(members)), members }
}
