import { outside, type Reach } from '../../../core/access/reach/reach.ts'
import type { EnrollmentKey, KeyChange, NewKey } from '../../../core/enrollment/ledger/key.ts'
import { beyondCeilings } from '../../../core/enrollment/ledger/rules/ceilings.ts'
import { mergeRules } from '../../../core/enrollment/ledger/rules/key-rules.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId, MAX_KEY } from '../../../core/kernel/ids.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import {
  type Faults,
  notFound,
  type Outcome,
  ok,
  type Refusal,
  refuse,
} from '../../../core/kernel/outcome.ts'
import { returnExcess, returnHolds } from './holds/holds.ts'
import { readProfile, recordKeyMade, revokeKeysOf } from './profiles.ts'
import { outsideProfile } from './reach.ts'
import { refusalOfIssuer } from './retired-issuers.ts'
import { differences, type LedgerStore } from './tables/ledger-store.ts'
import { selectKey } from './tables/queries.ts'
import { type KeyBody, toKey } from './tables/rows.ts'

export function createKey(
  store: LedgerStore,
  now: number,
  input: NewKey,
  cause: Cause,
  reach: Reach = null,
): Outcome<EnrollmentKey> {
  const found = readProfile(store, input.profile)
  if (!found.ok) return found
  const profile = found.value
  const denied = outside(reach, {
    labels: profile.grant.labels,
    profile: formatId({ ledger: store.ledger, n: profile.n }),
  })
  if (denied) return denied
  const { next } = store.sql
    .exec<{ next: number }>(
      'SELECT max(coalesce(max(n), 0), (SELECT last_key FROM ledger)) + 1 AS next FROM keys',
    )
    .one()
  if (next > MAX_KEY) return refuse({ kind: 'limit_reached', what: 'key' })
  const lifetime =
    input.lifetimeSeconds === undefined ? profile.defaultLifetimeSeconds : input.lifetimeSeconds
  const limits = {
    maxUses: input.maxUses === undefined ? profile.defaultMaxUses : input.maxUses,
    expiresAt: input.expiresAt ?? (lifetime === null ? null : now + lifetime * 1_000),
    createdAt: now,
  }
  const beyond = beyondCeilings(profile.ceilings, null, limits)
  if (beyond) return beyond
  const body: KeyBody = {
    organization: store.organization,
    dialect: profile.dialect,
    name: input.name,
    allowedAddresses: input.allowedAddresses,
    attributes: input.attributes ?? {},
    description: input.description ?? '',
    tags: input.tags ?? {},
    issuer: input.issuer ?? null,
    sealed: input.sealed ?? null,
    rules: mergeRules(null, input.rules ?? {}),
    createdAt: now,
    createdBy: cause.actor,
    updatedBy: cause.actor,
  }
  if (isNameTaken(store, input.uniqueName, null)) return nameTaken(input.name)
  const refused = refusalOfIssuer(store, input.issuer)
  if (refused) return refused
  store.sql.exec(
    `INSERT INTO keys (n, profile, unique_name, is_enabled, code_hash, ring_version, max_uses, expires_at, updated_at,
       body, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    next,
    profile.n,
    input.uniqueName ?? null,
    input.isEnabled === false ? 0 : 1,
    input.codeHash,
    input.ringVersion,
    limits.maxUses,
    limits.expiresAt,
    now,
    JSON.stringify(body),
  )
  const key = mustRead(store, next)
  store.enqueue(now, 'key', next, store.event(now, 'key.create', cause, subject(key)))
  recordKeyMade(store, now, profile, cause)
  return ok(key)
}

/** Also the key of a deleted profile, which is revoked: what it enrolled can still be found and revoked by it. */
export function readKey(store: LedgerStore, n: number, reach: Reach = null): Outcome<EnrollmentKey> {
  const row = selectKey(store.sql, n)
  if (!row) return notFound('key')
  return outsideProfile(store, row.profile, reach) ?? ok(toKey(store.ledger, row))
}

export function changeKey(
  store: LedgerStore,
  now: number,
  n: number,
  change: KeyChange,
  cause: Cause,
  reach: Reach = null,
): Outcome<EnrollmentKey, Faults<'key_revoked'>> {
  const found = readKey(store, n, reach)
  if (!found.ok) return found
  const key = found.value
  if (key.revokedAt !== null) return refuse({ kind: 'key_revoked' })
  const { attributes, rules, ...members } = change
  const changed = {
    ...members,
    ...(attributes && { attributes: { ...key.attributes, ...attributes } }),
    ...(rules && { rules: mergeRules(key.rules, rules) }),
  }
  const changes = differences(key, changed)
  if (Object.keys(changes).length === 0) return found
  if (isNameTaken(store, change.uniqueName, n)) return nameTaken(change.name ?? key.name)
  const refused = refusalOfIssuer(store, change.issuer)
  if (refused) return refused
  const profile = readProfile(store, change.profile ?? key.profile)
  if (change.profile !== undefined) {
    if (!profile.ok) return notFound('profile')
    const denied = outsideProfile(store, change.profile, reach)
    if (denied) return denied
  }
  const isMoved = change.profile !== undefined && change.profile !== key.profile
  const beyond = profile.ok
    ? beyondCeilings(profile.value.ceilings, isMoved ? null : key, { ...key, ...changed })
    : null
  if (beyond) return beyond
  write(store, now, { ...key, ...changed, updatedBy: cause.actor })
  if (key.rules?.approval && rules?.approval === null) {
    returnHolds(store, now, n, 'approval_switched_off', cause, { where: "kind = 'approval'", values: [] })
  }
  if (changed.maxUses !== undefined) returnExcess(store, now, mustRead(store, n), cause)
  const after = mustRead(store, n)
  if (after.profile !== key.profile) recordKeyLeft(store, now, key.profile, after)
  store.enqueue(
    now,
    'key',
    n,
    store.event(now, 'key.update', cause, subject(after), { changes: withoutSealed(changes) }),
  )
  return ok(after)
}

/** The event says that a code is not shown again, and not what was sealed. */
function withoutSealed({ sealed, ...changes }: JsonObject): JsonObject {
  return sealed === undefined ? changes : { ...changes, isShownAgain: { before: true, after: false } }
}

function isNameTaken(store: LedgerStore, name: string | null | undefined, self: number | null): boolean {
  if (name === null || name === undefined) return false
  const taken = store.sql.exec(
    'SELECT 1 FROM keys WHERE unique_name = ? AND revoked_at IS NULL AND n IS NOT ?',
    name,
    self,
  )
  return taken.toArray().length > 0
}

function nameTaken(name: string): Refusal {
  return refuse({ kind: 'name_taken', name })
}

/** Final, and done once: a second call finds it revoked and changes nothing. Its code is shown no more. */
export function revokeKey(
  store: LedgerStore,
  now: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<EnrollmentKey> {
  const found = readKey(store, n, reach)
  if (!found.ok || found.value.revokedAt !== null) return found
  write(store, now, { ...found.value, revokedAt: now, sealed: null, updatedBy: cause.actor })
  returnHolds(store, now, n, 'key_revoked', cause)
  const after = mustRead(store, n)
  store.enqueue(now, 'key', n, store.event(now, 'key.revoke', cause, subject(after)))
  return ok(after)
}

export function revokeKeys(
  store: LedgerStore,
  now: number,
  profile: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<number> {
  const found = readProfile(store, profile)
  if (!found.ok) return found
  const denied = outside(reach, found.value.grant)
  if (denied) return denied
  const count = revokeKeysOf(store, now, profile, cause)
  const about = { kind: 'profile', id: formatId(found.value), name: found.value.name }
  store.enqueue(now, 'profile', profile, store.event(now, 'key.revoke_all', cause, about, { count }))
  return ok(count)
}

/** Both profiles' counts are other ones now. That which it left is newer than before, although its keys' versions are fewer. */
function recordKeyLeft(store: LedgerStore, now: number, profile: number, key: EnrollmentKey): void {
  store.sql.exec('UPDATE profiles SET version = version + ? WHERE n = ?', key.version, profile)
  store.enqueue(now, 'profile', profile)
}

function write(store: LedgerStore, now: number, key: EnrollmentKey): void {
  const { organization, dialect, name, allowedAddresses, attributes, issuer, sealed, rules } = key
  const { createdAt, createdBy, updatedBy, description, tags } = key
  const made = { createdAt, createdBy, updatedBy }
  const body: KeyBody = {
    organization,
    dialect,
    name,
    allowedAddresses,
    attributes,
    issuer,
    sealed,
    ...(rules && { rules }),
    description,
    tags,
    ...made,
  }
  store.sql.exec(
    `UPDATE keys SET profile = ?, unique_name = ?, max_uses = ?, expires_at = ?, is_enabled = ?, revoked_at = ?,
       updated_at = ?, body = ?, version = version + 1 WHERE n = ?`,
    key.profile,
    key.uniqueName,
    key.maxUses,
    key.expiresAt,
    key.isEnabled ? 1 : 0,
    key.revokedAt,
    now,
    JSON.stringify(body),
    key.n,
  )
}

function mustRead(store: LedgerStore, n: number): EnrollmentKey {
  const read = readKey(store, n)
  if (!read.ok) throw new Error('a key that was just written is not there')
  return read.value
}

function subject(key: EnrollmentKey) {
  return { kind: 'key', id: formatId(key), name: key.name }
}
