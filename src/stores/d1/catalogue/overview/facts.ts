/** What an organization has, and what needs an operator. Each statement reads a bounded number of rows or index entries. */
import type { EnrollmentKey } from '../../../../core/enrollment/ledger/key.ts'
import { DIALECTS } from '../../../../core/kernel/cause.ts'
import { MAX_COUNTED_KEYS, type OverviewFacts } from '../../../../core/overview/port.ts'
import { type Reading, type Row, recordIn } from './reading.ts'

/** Events that are looked at for the keys by which agents enrolled last. */
const LATELY = 60
const MAX_KEYS = 20

const NAMES = Object.keys(DIALECTS)
  .map((dialect) => `'${dialect}'`)
  .join()
const LEDGER = '(CAST(id AS INTEGER) >> 27)'
const N = '(CAST(id AS INTEGER) & 134217727)'

export function factsOf(
  db: D1Database,
  organization: number,
  now: number,
  expiresBefore: number,
): Reading<OverviewFacts> {
  const keysNamed = (ids: string) =>
    db
      .prepare(
        `SELECT record FROM keys JOIN (${ids}) AS named
             ON keys.ledger = ${LEDGER} AND keys.n = ${N} WHERE keys.organization_id = ?1 LIMIT ${MAX_KEYS}`,
      )
      .bind(organization)
  const live = `FROM keys INDEXED BY keys_live WHERE organization_id = ?1 AND is_live = 1
        AND dialect IN (${NAMES}) AND expires_at > ?2`
  const statements = [
    db
      .prepare(
        `SELECT coalesce(sum(rows), 0) AS n FROM totals WHERE organization_id = ?1 AND listed = 'agents'`,
      )
      .bind(organization),
    db
      .prepare(`SELECT count(*) AS n FROM (SELECT 1 ${live} LIMIT ${MAX_COUNTED_KEYS})`)
      .bind(organization, now),
    db.prepare('SELECT EXISTS (SELECT 1 FROM keys WHERE organization_id = ?1) AS n').bind(organization),
    db
      .prepare(
        `SELECT min(outbox_oldest_at) AS n FROM ledgers
             WHERE organization_id = ?1 AND (outbox_oldest_at IS NOT NULL OR outbox_dead > 0)`,
      )
      .bind(organization),
    keysNamed(
      `SELECT DISTINCT substr(subject, 5) AS id FROM (
             SELECT subject FROM events WHERE organization_id = ?1 AND type = 'key.paused'
             ORDER BY at DESC LIMIT ${MAX_KEYS})`,
    ),
    keysNamed(
      `SELECT DISTINCT record ->> '$.detail.key' AS id FROM (
             SELECT type, record FROM events WHERE organization_id = ?1 ORDER BY at DESC, id DESC LIMIT ${LATELY})
           WHERE type = 'agent.enroll' AND record ->> '$.detail.key' IS NOT NULL`,
    ),
    db
      .prepare(`SELECT record ${live} AND expires_at < ?3 LIMIT ${MAX_KEYS}`)
      .bind(organization, now, expiresBefore),
  ]
  const answer = ([
    agents,
    usable,
    any,
    stuck,
    paused,
    used,
    expiring,
  ]: readonly D1Result<Row>[]): OverviewFacts => ({
    agents: numberIn(agents) ?? 0,
    usableKeys: numberIn(usable) ?? 0,
    hasKeys: numberIn(any) === 1,
    stuckSince: numberIn(stuck),
    pausedLately: keysIn(paused),
    usedLately: keysIn(used),
    expiring: keysIn(expiring),
  })
  return { statements, answer }
}

function numberIn(result: D1Result<Row> | undefined): number | null {
  const value = result?.results[0]?.n
  return typeof value === 'number' ? value : null
}

function keysIn(result: D1Result<Row> | undefined): EnrollmentKey[] {
  return (result?.results ?? []).map((row) => recordIn<EnrollmentKey>(row))
}
