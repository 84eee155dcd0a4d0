/**
 * A state that comes from a backup is behind: uses, revocations and refresh generations since are not in it. Until an
 * operator says so, its keys redeem nothing, and its agents neither refresh nor renew a certificate; and what is made from
 * now on has numbers that nothing had which was made since.
 */

import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Fenced } from '../../../core/enrollment/ledger/maintenance.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { endChain } from './heads.ts'
import { returnHolds } from './holds/holds.ts'
import { readKey } from './keys.ts'
import { readProfile } from './profiles.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

/** More than is made between a backup and its restore, and little beside what there is (2^27, 2^24, 2^27). */
const PROFILES_SKIPPED = 2 ** 16
const KEYS_SKIPPED = 2 ** 16
const AGENTS_SKIPPED = 2 ** 20
const CERTIFICATES_SKIPPED = 2 ** 20

/** Also keys without a limit: they may have been revoked since. */
export function fence(store: LedgerStore, now: number, cause: Cause): Fenced {
  const keys = store.sql
    .exec(
      `UPDATE keys SET suspended_at = ?1, updated_at = ?1, version = version + 1
     WHERE revoked_at IS NULL AND suspended_at IS NULL RETURNING n`,
      now,
    )
    .toArray().length
  const holding = store.sql.exec<{ n: number }>('SELECT n FROM keys WHERE held > 0').toArray()
  for (const { n } of holding) returnHolds(store, now, n, 'restored', cause)
  const families = store.sql
    .exec(
      `UPDATE agents SET family_fence = 'suspended'
     WHERE state = 'active' AND is_family_revoked = 0 AND family_fence IS NOT 'suspended' RETURNING n`,
    )
    .toArray().length
  store.sql.exec(
    `UPDATE ledger SET
       last_profile = max(last_profile, (SELECT coalesce(max(n), 0) FROM profiles)) + ?1,
       last_key = max(last_key, (SELECT coalesce(max(n), 0) FROM keys)) + ?2,
       last_agent = max(last_agent, (SELECT coalesce(max(n), 0) FROM agents)) + ?3,
       last_certificate = max(last_certificate, (SELECT coalesce(max(n), 0) FROM certificates)) + ?4,
       unused_keys = unused_keys + ?2, unused_agents = unused_agents + ?3`,
    PROFILES_SKIPPED,
    KEYS_SKIPPED,
    AGENTS_SKIPPED,
    CERTIFICATES_SKIPPED,
  )
  endChain(store)
  const [profile] = store.sql.exec<{ n: number }>('SELECT n FROM profiles ORDER BY n LIMIT 1').toArray()
  if (profile) {
    const subject = { kind: 'ledger', id: String(store.ledger), name: '' }
    store.enqueue(
      now,
      'profile',
      profile.n,
      store.event(now, 'ledger.fence', cause, subject, { keys, families }),
    )
  }
  return { keys, families }
}

export function releaseKey(store: LedgerStore, now: number, n: number, cause: Cause): Outcome<EnrollmentKey> {
  const found = readKey(store, n)
  if (!found.ok) return found
  const families = releaseFamilies(store, n)
  if (found.value.suspendedAt === null && families === 0) return found
  unsuspend(store, now, n)
  const subject = { kind: 'key', id: formatId(found.value), name: found.value.name }
  store.enqueue(now, 'key', n, store.event(now, 'key.release', cause, subject, { families }))
  return readKey(store, n)
}

/** The number of keys that were suspended. */
export function releaseKeys(store: LedgerStore, now: number, profile: number, cause: Cause): Outcome<number> {
  const found = readProfile(store, profile)
  if (!found.ok) return found
  // Also revoked ones: what they enrolled before is suspended, too.
  const keys = store.sql
    .exec<{ n: number; suspended_at: number | null }>(
      `SELECT n, suspended_at FROM keys WHERE profile = ?
         AND (suspended_at IS NOT NULL OR n IN (SELECT key FROM agents WHERE family_fence = 'suspended'))`,
      profile,
    )
    .toArray()
  for (const { n } of keys) releaseKey(store, now, n, cause)
  return ok(keys.filter(({ suspended_at }) => suspended_at !== null).length)
}

function unsuspend(store: LedgerStore, now: number, n: number): void {
  store.sql.exec(
    `UPDATE keys SET suspended_at = NULL, updated_at = ?, version = version + 1
     WHERE n = ? AND suspended_at IS NOT NULL`,
    now,
    n,
  )
}

/**
 * How far a family went on since the backup is unknown: it adopts the next of its tokens that is shown and is not older
 * than it. Should a thief's come first, the agent's own ends the family.
 */
function releaseFamilies(store: LedgerStore, key: number): number {
  return store.sql
    .exec(
      "UPDATE agents SET family_fence = 'adopting' WHERE key = ? AND family_fence = 'suspended' RETURNING n",
      key,
    )
    .toArray().length
}
