import { outside, type Reach } from '../../../core/access/reach/reach.ts'
import type {
  NewProfile,
  Profile,
  ProfileBasis,
  ProfileChange,
} from '../../../core/enrollment/ledger/profile.ts'
import { ceilingsOf } from '../../../core/enrollment/ledger/rules/ceilings.ts'
import { applyChange } from '../../../core/enrollment/profiles/patch.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import {
  type Faults,
  notFound,
  type Outcome,
  ok,
  type Refusal,
  refuse,
} from '../../../core/kernel/outcome.ts'
import { returnHolds } from './holds/holds.ts'
import { differences, type LedgerStore } from './tables/ledger-store.ts'
import { revokeKeysBy, selectProfiles } from './tables/queries.ts'
import { type ProfileBody, toProfile } from './tables/rows.ts'

/** The only profile of its ledger. */
const DEFAULT_PROFILE = 1

/** A default profile is made once: it can't be deleted, so another call finds it. */
export function createProfile(
  store: LedgerStore,
  now: number,
  input: NewProfile,
  cause: Cause,
): Outcome<Profile> {
  const known = input.isDefault ? readProfile(store, DEFAULT_PROFILE) : null
  if (known?.ok) return known
  if (isNameTaken(store, input.uniqueName, null)) return nameTaken(input.name)
  const { isEnabled, ...config } = input
  const body: ProfileBody = {
    tags: {},
    location: null,
    ...config,
    ceilings: ceilingsOf(config.ceilings ?? null),
    lastKeyAt: null,
    lastKeyBy: null,
    createdAt: now,
    createdBy: cause.actor,
    updatedBy: cause.actor,
  }
  const { n } = store.sql
    .exec<{ n: number }>(
      `INSERT INTO profiles (n, is_enabled, unique_name, updated_at, body, version)
       SELECT max(coalesce(max(n), 0), (SELECT last_profile FROM ledger)) + 1, ?, ?, ?, ?, 1 FROM profiles
       RETURNING n`,
      isEnabled ? 1 : 0,
      input.uniqueName,
      now,
      JSON.stringify(body),
    )
    .one()
  const profile = mustRead(store, n)
  store.enqueue(now, 'profile', n, store.event(now, 'profile.create', cause, subject(profile)))
  return ok(profile)
}

export function readProfile(store: LedgerStore, n: number): Outcome<Profile> {
  const row = selectProfiles(store.sql, [n])[0]
  return row && row.deleted_at === null ? ok(toProfile(store.ledger, row)) : notFound('profile')
}

export function changeProfile(
  store: LedgerStore,
  now: number,
  n: number,
  change: ProfileChange,
  cause: Cause,
  basis?: ProfileBasis,
): Outcome<Profile | null> {
  const found = readProfile(store, n)
  if (!found.ok) return found
  if (basis && !isAsDecidedOn(found.value, basis)) return ok(null)
  const { ceilings } = change
  const changed = {
    ...applyChange(found.value, change),
    ...(ceilings !== undefined && { ceilings: ceilingsOf(ceilings) }),
  }
  const changes = differences(found.value, changed)
  if (Object.keys(changes).length === 0) return found
  if (isNameTaken(store, change.uniqueName, n)) return nameTaken(change.name ?? found.value.name)
  write(store, now, { ...found.value, ...changed, updatedBy: cause.actor }, now)
  const after = mustRead(store, n)
  store.enqueue(now, 'profile', n, store.event(now, 'profile.update', cause, subject(after), { changes }))
  return ok(after)
}

function isAsDecidedOn({ attributes, grant }: Profile, basis: ProfileBasis): boolean {
  const present: ProfileBasis = { attributes, labels: grant.labels }
  return Object.keys(differences(present, basis)).length === 0
}

/** A tombstone stays, so that the profile's codes are refused for what they are; its keys end with it. */
export function deleteProfile(
  store: LedgerStore,
  now: number,
  n: number,
  cause: Cause,
  isKeptWithAgents = false,
  reach: Reach = null,
): Outcome<null, Faults<'in_use'>> {
  const found = readProfile(store, n)
  if (!found.ok) return found
  const denied = outside(reach, found.value.grant)
  if (denied) return denied
  if (isKeptWithAgents && hasActiveAgents(store, n)) return refuse({ kind: 'in_use', noun: 'profile' })
  store.sql.exec('UPDATE profiles SET deleted_at = ?, version = version + 1 WHERE n = ?', now, n)
  revokeKeysOf(store, now, n, cause)
  store.enqueue(now, 'profile', n, store.event(now, 'profile.delete', cause, subject(found.value)))
  return ok(null)
}

/** Revokes the profile's keys that were not; their number. */
export function revokeKeysOf(store: LedgerStore, now: number, profile: number, cause: Cause): number {
  const revoked = revokeKeysBy(store.sql, 'profile', profile, now)
  for (const n of revoked) {
    returnHolds(store, now, n, 'key_revoked', cause)
    store.enqueue(now, 'key', n)
  }
  return revoked.length
}

/** Remembers who made the profile's newest key; no change of the profile itself. */
export function recordKeyMade(store: LedgerStore, now: number, profile: Profile, cause: Cause): void {
  write(store, now, { ...profile, lastKeyAt: now, lastKeyBy: cause.actor }, profile.updatedAt)
}

function write(store: LedgerStore, now: number, profile: Profile, updatedAt: number): void {
  const { ledger, n, isEnabled, uses, lastRedeemedAt, updatedAt: _, version, ...body } = profile
  store.sql.exec(
    `UPDATE profiles SET is_enabled = ?, unique_name = ?, updated_at = ?, body = ?, version = version + 1
     WHERE n = ?`,
    isEnabled ? 1 : 0,
    profile.uniqueName,
    updatedAt,
    JSON.stringify(body satisfies ProfileBody),
    n,
  )
  store.enqueue(now, 'profile', n)
}

function hasActiveAgents(store: LedgerStore, profile: number): boolean {
  const active = store.sql.exec(
    "SELECT 1 FROM agents WHERE profile = ? AND state = 'active' LIMIT 1",
    profile,
  )
  return active.toArray().length > 0
}

function isNameTaken(store: LedgerStore, name: string | null | undefined, self: number | null): boolean {
  if (name === null || name === undefined) return false
  const taken = store.sql.exec(
    'SELECT 1 FROM profiles WHERE unique_name = ? AND deleted_at IS NULL AND n IS NOT ?',
    name,
    self,
  )
  return taken.toArray().length > 0
}

function nameTaken(name: string): Refusal {
  return refuse({ kind: 'name_taken', name })
}

function mustRead(store: LedgerStore, n: number): Profile {
  const read = readProfile(store, n)
  if (!read.ok) throw new Error('a profile that was just written is not there')
  return read.value
}

function subject(profile: Profile) {
  return { kind: 'profile', id: formatId(profile), name: profile.name }
}
