/** What happened in an organization, hour by hour: a bounded number of events is counted at a time. */
import { BoundedMap } from '../../../../core/kernel/bounded-map.ts'
import type { Activity, Hour } from '../../../../core/overview/port.ts'
import type { Reading, Row } from './reading.ts'

const HOUR_MILLISECONDS = 3_600_000
/** Of events that are counted at a time: some ten milliseconds. */
const MAX_COUNTED = 5_000
/** What is younger may still get neighbours: deliveries are a second behind, and some are late. */
const SETTLED_MILLISECONDS = 120_000
/** Then all is counted once more: what came later than that. */
const RECOUNT_MILLISECONDS = 10 * 60_000
const MAX_ORGANIZATIONS = 500

type Counts = { made: number; readonly refused: Map<string, number> }
type Counted = {
  readonly since: number
  readonly startedAt: number
  readonly hours: Map<number, Counts>
  mark: number
}

type HourRow = {
  readonly hour: number
  readonly isSettled: number
  readonly n: number
  readonly rows: number
  readonly last: number
  readonly reason: string | null
}

/** Goes on where it was the last time. */
export function createActivity(db: D1Database) {
  const counted = new BoundedMap<number, Counted>(MAX_ORGANIZATIONS)
  return (organization: number, since: number, now: number): Reading<Activity> => {
    const known = counted.get(organization)
    const isFresh = known && known.startedAt > now - RECOUNT_MILLISECONDS && known.mark <= now
    const kept = isFresh ? known : { since, startedAt: now, hours: new Map<number, Counts>(), mark: since }
    counted.set(organization, kept)
    return countOn(db, organization, kept, since, now)
  }
}

/** Counts from the mark on; what is settled is kept, and the mark moves behind it. */
function countOn(
  db: D1Database,
  organization: number,
  kept: Counted,
  since: number,
  now: number,
): Reading<Activity> {
  const from = Math.max(kept.mark, since)
  const slice = `SELECT at, type, id FROM events WHERE organization_id = ?1 AND at >= ?2 ORDER BY at, id LIMIT ${MAX_COUNTED}`
  const settled = now - SETTLED_MILLISECONDS
  const statements = [
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
  ]
  const answer = ([all, failed]: readonly D1Result<Row>[]): Activity => {
    const rows = (all?.results ?? []) as HourRow[]
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
    for (const { hour, isSettled, n, reason } of (failed?.results ?? []) as HourRow[]) {
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
  return { statements, answer }
}

function hoursFrom(since: number, now: number, counts: ReadonlyMap<number, Counts>): Hour[] {
  const hours: Hour[] = []
  for (let at = since; at <= now; at += HOUR_MILLISECONDS) {
    const { made = 0, refused = new Map<string, number>() } = counts.get(at / HOUR_MILLISECONDS) ?? {}
    hours.push({ at, made, refused: Object.fromEntries(refused) })
  }
  return hours
}
