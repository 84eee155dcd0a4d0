/** What the overview of an organization says, in one call of D1. */
import type { AuditEvent } from '../../../../core/events/event.ts'
import type { OverviewStore, Standing } from '../../../../core/overview/port.ts'
import { createActivity } from './activity.ts'
import { factsOf } from './facts.ts'
import { type Reading, readTogether, recordIn } from './reading.ts'

export function createOverviewStore(db: D1Database): OverviewStore {
  const activityOf = createActivity(db)

  return {
    async standing(organization, user) {
      const [standing] = await readTogether(db, [standingOf(db, organization, user)])
      return standing
    },

    async latest(organization, limit) {
      const [latest] = await readTogether(db, [latestOf(db, organization, limit)])
      return latest
    },

    async page(organization, user, now, { keys, events }) {
      const [standing, facts, activity, latest] = await readTogether(db, [
        standingOf(db, organization, user),
        keys && factsOf(db, organization, now, keys.expiresBefore),
        events && activityOf(organization, events.since, now),
        events && latestOf(db, organization, events.latest),
      ])
      return { standing, facts, activity, latest }
    },
  }
}

function standingOf(db: D1Database, organization: number, user: number | null): Reading<Standing> {
  const statement = db
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
  return {
    statements: [statement],
    answer: ([found]) => {
      const { organization: name = '', fullName, waiting = 0, hasDevices } = found?.results[0] ?? {}
      return {
        organization: String(name),
        fullName: fullName ? String(fullName) : null,
        waiting: Number(waiting),
        hasDevices: hasDevices === 1,
      }
    },
  }
}

/** Newest first. */
function latestOf(db: D1Database, organization: number, limit: number): Reading<readonly AuditEvent[]> {
  const statement = db
    .prepare('SELECT record FROM events WHERE organization_id = ? ORDER BY at DESC, id DESC LIMIT ?')
    .bind(organization, limit)
  return {
    statements: [statement],
    answer: ([found]) => (found?.results ?? []).map((row) => recordIn<AuditEvent>(row)),
  }
}
