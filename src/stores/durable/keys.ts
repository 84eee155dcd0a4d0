import { formatId, MAX_KEY } from '../../core/ids.ts'
import type { KeyChange, NewKey } from '../../core/ledger/port.ts'
import type { Cause, EnrollmentKey } from '../../core/ledger/records.ts'
import { notFound, type Outcome, ok, refuse } from '../../core/outcome.ts'
import { type Book, differences } from './book.ts'
import { noteKeyMade, readProfile, revokeKeysOf } from './profiles.ts'
import { type KeyBody, selectKey, toKey } from './rows.ts'

export function createKey(book: Book, input: NewKey, cause: Cause, now: number): Outcome<EnrollmentKey> {
  const found = readProfile(book, input.profile)
  if (!found.ok) return found
  const profile = found.value
  const { next } = book.sql
    .exec<{ next: number }>(
      'SELECT max(coalesce(max(n), 0), (SELECT last_key FROM ledger)) + 1 AS next FROM keys',
    )
    .one()
  if (next > MAX_KEY) return refuse({ kind: 'limit_reached', what: 'key' })
  const lifetime =
    input.lifetimeSeconds === undefined ? profile.defaultLifetimeSeconds : input.lifetimeSeconds
  const body: KeyBody = {
    organization: book.organization,
    dialect: profile.dialect,
    name: input.name,
    allowedAddresses: input.allowedAddresses,
    createdAt: now,
    createdBy: cause.actor,
  }
  book.sql.exec(
    `INSERT INTO keys (n, profile, code_hash, ring_version, max_uses, expires_at, updated_at, body, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    next,
    profile.n,
    input.codeHash,
    input.ringVersion,
    input.maxUses === undefined ? profile.defaultMaxUses : input.maxUses,
    input.expiresAt ?? (lifetime === null ? null : now + lifetime * 1_000),
    now,
    JSON.stringify(body),
  )
  const key = mustRead(book, next)
  book.note(now, 'key', next, book.event(now, 'key.create', cause, subject(key)))
  noteKeyMade(book, profile, cause, now)
  return ok(key)
}

/** Also the key of a deleted profile, which is revoked: what it enrolled can still be found and revoked by it. */
export function readKey(book: Book, n: number): Outcome<EnrollmentKey> {
  const row = selectKey(book.sql, n)
  return row ? ok(toKey(book.ledger, row)) : notFound('key')
}

export function changeKey(
  book: Book,
  n: number,
  change: KeyChange,
  cause: Cause,
  now: number,
): Outcome<EnrollmentKey> {
  const found = readKey(book, n)
  if (!found.ok) return found
  if (found.value.revokedAt !== null) return refuse({ kind: 'key_revoked' })
  const changes = differences(found.value, change)
  if (Object.keys(changes).length === 0) return found
  write(book, { ...found.value, ...change }, now)
  const after = mustRead(book, n)
  book.note(now, 'key', n, book.event(now, 'key.update', cause, subject(after), { changes }))
  return ok(after)
}

/** Final, and done once: a second call finds it revoked and changes nothing. */
export function revokeKey(book: Book, n: number, cause: Cause, now: number): Outcome<EnrollmentKey> {
  const found = readKey(book, n)
  if (!found.ok || found.value.revokedAt !== null) return found
  write(book, { ...found.value, revokedAt: now }, now)
  const after = mustRead(book, n)
  book.note(now, 'key', n, book.event(now, 'key.revoke', cause, subject(after)))
  return ok(after)
}

export function revokeKeys(book: Book, profile: number, cause: Cause, now: number): Outcome<number> {
  const found = readProfile(book, profile)
  if (!found.ok) return found
  const count = revokeKeysOf(book, profile, now)
  const about = { kind: 'profile', id: formatId(found.value), name: found.value.name }
  book.note(now, 'profile', profile, book.event(now, 'key.revoke_all', cause, about, { count }))
  return ok(count)
}

function write(book: Book, key: EnrollmentKey, now: number): void {
  const { organization, dialect, name, allowedAddresses, createdAt, createdBy } = key
  const body: KeyBody = { organization, dialect, name, allowedAddresses, createdAt, createdBy }
  book.sql.exec(
    `UPDATE keys SET max_uses = ?, expires_at = ?, is_enabled = ?, revoked_at = ?, updated_at = ?, body = ?,
       version = version + 1 WHERE n = ?`,
    key.maxUses,
    key.expiresAt,
    key.isEnabled ? 1 : 0,
    key.revokedAt,
    now,
    JSON.stringify(body),
    key.n,
  )
}

function mustRead(book: Book, n: number): EnrollmentKey {
  const read = readKey(book, n)
  if (!read.ok) throw new Error('a key that was just written is not there')
  return read.value
}

function subject(key: EnrollmentKey) {
  return { kind: 'key', id: formatId(key), name: key.name }
}
