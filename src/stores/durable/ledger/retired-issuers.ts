/** Issuers whose deletion has begun. It is decided where keys are made and certificates allotted, so that neither comes in between. */
import { type Faults, type Outcome, ok, type Refusal, refuse } from '../../../core/kernel/outcome.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

export function retireIssuer(
  store: LedgerStore,
  now: number,
  issuer: number,
  to: 'asked' | 'retired' | 'kept',
): Outcome<null, Faults<'in_use'>> {
  if (to === 'kept') {
    store.sql.exec('DELETE FROM retired_issuers WHERE issuer = ?', issuer)
    return ok(null)
  }
  const users = store.sql.exec(
    `SELECT 1 FROM keys WHERE body ->> '$.issuer' = ?1 AND revoked_at IS NULL
     UNION ALL SELECT 1 FROM certificates JOIN agents ON agents.n = certificates.agent
       WHERE issuer = ?1 AND certificates.revoked_at IS NULL AND certificates.expires_at > ?2 AND state = 'active'
     LIMIT 1`,
    issuer,
    now,
  )
  if (users.toArray().length > 0) return refuse({ kind: 'in_use', noun: 'issuer' })
  if (to === 'retired') store.sql.exec('INSERT OR IGNORE INTO retired_issuers VALUES (?)', issuer)
  return ok(null)
}

/** null: a key may have it. */
export function refusalOfIssuer(store: LedgerStore, issuer: number | null | undefined): Refusal | null {
  const retired = store.sql.exec('SELECT 1 FROM retired_issuers WHERE issuer = ?', issuer ?? 0)
  return retired.toArray().length > 0
    ? refuse({ kind: 'reference_unknown', reference: String(issuer) })
    : null
}
