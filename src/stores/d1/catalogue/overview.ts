/** What the overview of an organization says: each method is one batch, and reads a bounded number of rows or index entries. */
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { BoundedMap } from '../../../core/kernel/bounded-map.ts'
import { DIALECTS } from '../../../core/kernel/cause.ts'
import {
  type Activity,
  type Hour,
  MAX_COUNTED_KEYS,
  type OverviewStore,
  type Standing,
} from '../../../core/overview/port.ts'

const HOUR_MILLISECONDS = 3_600_000
/** Events that are looked at for the keys by which agents enrolled last. */
const LATELY = 60
const MAX_KEYS = 20
/** Of events that are counted at a time: some ten milliseconds. */
const MAX_COUNTED = 5_000
/** What is younger may still get neighbours: deliveries are a second behind, and some are late. */
const SETTLED_MILLISECONDS = 120_000
/** Then all is counted once more: what came later than that. */
const RECOUNT_MILLISECONDS = 10 * 60_000
const MAX_ORGANIZATIONS = 500

const NAMES = Object.keys(DIALECTS)
  .map((dialect) => `'${dialect}'`)
  .join()
const LEDGER = '(CAST(id AS INTEGER) >> 27)'
const N = '(CAST(id AS INTEGER) & 134217727)'

type Counts = { made: number; readonly refused: Map<string, number> }
type Counted = {
  readonly since: number
  readonly startedAt: number
  readonly hours: Map<number, Counts>
  mark: number
}

export function createOverviewStore(db: D1Database): OverviewStore {
  const counted = new BoundedMap<number, Counted>(MAX_ORGANIZATIONS)

  return {
    async standing(organization, user) {
      const found = await db
        .prepare(
          `SELECT name AS organization,
             (SELECT full_name FROM users WHERE id = ?2) AS fullName,
             (SELECT coalesce(sum(held), 0) FROM keys INDEXED BY keys_holding
               WHERE organization_id = ?1 AND held > 0) AS waiting,
             EXISTS (SELECT 1 FROM key_pairs INDEXED BY key_pairs_of_organization
               WHERE organization_id = ?1 AND deleted_at IS NULL)
             OR EXISTS (SELECT 1 FROM things WHERE organization_id = ?1) AS hasDevices
           FROM organizations WHERE id = ?1`,
        )
        .bind(organization, user)
        .first<Omit<Standing, 'hasDevices'> & { readonly hasDevices: number }>()
      const { organization: name = '', fullName = null, waiting = 0, hasDevices = 0 } = found ?? {}
      return { organization: name, fullName: fullName || null, waiting, hasDevices: hasDevices === 1 }
    },

    async facts(organization, now, expiresBefore) {
      const keysNamed = (ids: string) =>
        db
          .prepare(
            `SELECT record FROM keys JOIN (${ids}) AS named
             ON keys.ledger = ${LEDGER} AND keys.n = ${N} WHERE keys.organization_id = ?1 LIMIT ${MAX_KEYS}`,
          )
          .bind(organization)
      const live = `FROM keys INDEXED BY keys_live WHERE organization_id = ?1 AND is_live = 1
        AND dialect IN (${NAMES}) AND expires_at > ?2`
      const [agents, usable, any, stuck, paused, used, expiring] = await db.batch<Record<string, unknown>>([
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
      ])
      return {
        agents: numberIn(agents) ?? 0,
        usableKeys: numberIn(usable) ?? 0,
        hasKeys: numberIn(any) === 1,
        stuckSince: numberIn(stuck),
        pausedLately: keysIn(paused),
        usedLately: keysIn(used),
        expiring: keysIn(expiring),
      }
    },

    async latest(organization, limit) {
      const { results } = await db
        .prepare('SELECT record FROM events WHERE organization_id = ? ORDER BY at DESC, id DESC LIMIT ?')
        .bind(organization, limit)
        .all<{ record: string }>()
      return results.map(({ record }) => JSON.parse(record) as AuditEvent)
    },

    async activity(organization, since, now) {
      const known = counted.get(organization)
      const isFresh = known && known.startedAt > now - RECOUNT_MILLISECONDS && known.mark <= now
      const kept = isFresh ? known : { since, startedAt: now, hours: new Map<number, Counts>(), mark: since }
      counted.set(organization, kept)
      return countOn(db, organization, kept, since, now)
    },
  }
}

/** Counts from the mark on; what is settled is kept, and the mark moves behind it. */
async function countOn(
  db: D1Database,
  organization: number,
  kept: Counted,
  since: number,
  now: number,
): Promise<Activity> {
  const from = Math.max(kept.mark, since)
  const slice = `SELECT at, type, id FROM events WHERE organization_id = ?1 AND at >= ?2 ORDER BY at, id LIMIT ${MAX_COUNTED}`
  const settled = now - SETTLED_MILLISECONDS
  const [all, failed] = await db.batch<{
    hour: number
    isSettled: number
    n: number
    rows: number
    last: number
    reason: string | null
  }>([
    db
      .prepare(
        `SELECT at / ${HOUR_MILLISECONDS} AS hour, at < ?3 AS isSettled, sum(type = 'agent.enroll') AS n,
           count(*) AS rows, max(at) AS last FROM (${slice}) GROUP BY hour, isSettled`,
      )
      .bind(organization, from, settled),
    db
      .prepare(
        `SELECT at / ${HOUR_MILLISECONDS} AS hour, at < ?3 AS isSettled, count(*) AS n,
           record ->> '$.detail.reason' AS reason
         FROM (SELECT at, record FROM events WHERE organization_id = ?1 AND is_success = 0 AND at >= ?2
             AND at <= (SELECT max(at) FROM (${slice})) AND type = 'agent.enroll' LIMIT ${MAX_COUNTED})
         GROUP BY hour, isSettled, reason`,
      )
      .bind(organization, from, settled),
  ])
  const rows = all?.results ?? []
  const open = new Map(
    [...kept.hours].map(([hour, one]) => [hour, { made: one.made, refused: new Map(one.refused) }]),
  )
  const add = (isSettled: number, hour: number, change: (counts: Counts) => void) => {
    for (const hours of isSettled ? [kept.hours, open] : [open]) {
      const counts = hours.get(hour) ?? { made: 0, refused: new Map() }
      hours.set(hour, counts)
      change(counts)
    }
  }
  for (const { hour, isSettled, n } of rows) add(isSettled, hour, (counts) => (counts.made += n))
  for (const { hour, isSettled, n, reason } of failed?.results ?? []) {
    add(isSettled, hour, (counts) => {
      counts.made -= n
      counts.refused.set(reason ?? 'other', (counts.refused.get(reason ?? 'other') ?? 0) + n)
    })
  }
  const last = Math.max(from, ...rows.map((row) => row.last))
  const isCutOff = rows.reduce((sum, row) => sum + row.rows, 0) >= MAX_COUNTED
  // Of a slice that was cut off, others of its last millisecond may be left out: no chart shows that.
  kept.mark = isCutOff ? Math.min(last + 1, settled) : Math.max(from, settled)
  return { hours: hoursFrom(since, now, open), countedTo: isCutOff ? last : null }
}

function hoursFrom(since: number, now: number, counts: ReadonlyMap<number, Counts>): Hour[] {
  const hours: Hour[] = []
  for (let at = since; at <= now; at += HOUR_MILLISECONDS) {
    const { made = 0, refused = new Map<string, number>() } = counts.get(at / HOUR_MILLISECONDS) ?? {}
    hours.push({ at, made, refused: Object.fromEntries(refused) })
  }
  return hours
}

function numberIn(result: D1Result<Record<string, unknown>> | undefined): number | null {
  const value = result?.results[0]?.n
  return typeof value === 'number' ? value : null
}

function keysIn(result: D1Result<Record<string, unknown>> | undefined): EnrollmentKey[] {
  return (result?.results ?? []).map(({ record }) => JSON.parse(String(record)) as EnrollmentKey)
}
