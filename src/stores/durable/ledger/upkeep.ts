/** What the deployment's operator asks of a ledger of any organization. */

import { type ByVersion, MAX_RING_AGE_SECONDS, type RingVersion } from '../../../core/deployment/port.ts'
import type { Survey } from '../../../core/enrollment/ledger/maintenance.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { returnHolds } from './holds/holds.ts'
import { undelivered } from './outbox/deliveries.ts'
import type { LedgerStore } from './tables/ledger-store.ts'
import { revokeKeysBy, selectKeys } from './tables/queries.ts'
import { toKey } from './tables/rows.ts'

type Count = { version: number; count: number }

export function survey(store: LedgerStore, now: number, ring: readonly RingVersion[]): Survey {
  const one = (query: string) => store.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${query}`).one().n
  const keys = store.sql.exec<Count>(
    `SELECT ring_version AS version, count(*) AS count FROM keys
     WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) AND (max_uses IS NULL OR uses < max_uses)
     GROUP BY ring_version`,
    now,
  )
  // Without one it has the token of its enrollment, made with the version of that time.
  const families = store.sql.exec<Count>(
    `SELECT coalesce(ring_version, (
         SELECT max(value ->> 0) FROM json_each(?) WHERE value ->> 1 <= enrolled_at)) AS version, count(*) AS count
     FROM agents WHERE state = 'active' AND is_family_revoked = 0 GROUP BY 1`,
    JSON.stringify(startsOf(ring)),
  )
  const certificates = store.sql.exec<Count>(
    `SELECT ring_version AS version, count(*) AS count FROM certificates
     WHERE revoked_at IS NULL AND expires_at > ? GROUP BY ring_version`,
    now,
  )
  return {
    keys: byVersion(keys.toArray()),
    families: byVersion(families.toArray()),
    certificates: byVersion(certificates.toArray()),
    suspendedKeys: one('keys WHERE suspended_at IS NOT NULL AND revoked_at IS NULL'),
    suspendedFamilies: one("agents WHERE state = 'active' AND family_fence = 'suspended'"),
    waiting: undelivered(store),
  }
}

/** Their codes are about to become void; returns how many. */
export function dropRingVersion(store: LedgerStore, now: number, version: number, cause: Cause): number {
  const revoked = revokeKeysBy(store.sql, 'ring_version', version, now)
  for (const n of revoked) returnHolds(store, now, n, 'key_revoked', cause)
  for (const row of selectKeys(store.sql, revoked)) {
    const key = toKey(store.ledger, row)
    const subject = { kind: 'key', id: formatId(key), name: key.name }
    store.enqueue(now, 'key', key.n, store.event(now, 'key.revoke', cause, subject, { ringVersion: version }))
  }
  return revoked.length
}

/** From when on nothing was made with an earlier version; of the first one always. */
function startsOf(ring: readonly RingVersion[]): (readonly [version: number, from: number])[] {
  const first = Math.min(...ring.map(({ version }) => version))
  return ring.map(({ version, usedFrom }) => [
    version,
    version === first ? 0 : usedFrom + MAX_RING_AGE_SECONDS * 1_000,
  ])
}

function byVersion(counts: readonly Count[]): ByVersion {
  return Object.fromEntries(counts.map(({ version, count }) => [version, count]))
}
