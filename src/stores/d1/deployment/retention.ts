import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { PurgedKey, Retention } from '../../../core/deployment/housekeeping/port.ts'
import { insertEvents } from '../outbox/projections.ts'

export function createRetention(db: D1Database): Retention {
  const d1 = drizzle(db)

  return {
    // Organization by organization, each by its index: not a row is looked at that stays. The last one stays: what arrives
    // next is late or not by that.
    async purgeEvents(now, defaultSeconds, atMost) {
      const { meta } = await d1.run(sql`
        DELETE FROM events WHERE (organization_id, at, id) IN (
          SELECT events.organization_id, events.at, events.id FROM organizations
          LEFT JOIN settings ON settings.organization_id = organizations.id
          CROSS JOIN events ON events.organization_id = organizations.id
            AND events.at < min(${oldestKept(now, defaultSeconds)},
              (SELECT max(at) FROM events AS last WHERE last.organization_id = organizations.id))
          LIMIT ${atMost})`)
      return meta.changes
    },

    // From the first list up to one that lists an event that is kept; and the last one stays, so that its number does.
    async purgeLateLists(now, defaultSeconds, atMost) {
      const { meta } = await d1.run(sql`
        DELETE FROM late_events WHERE (organization_id, seq) IN (
          SELECT late.organization_id, late.seq FROM organizations
          LEFT JOIN settings ON settings.organization_id = organizations.id
          CROSS JOIN late_events AS late ON late.organization_id = organizations.id
            AND late.seq < coalesce(
              (SELECT seq FROM late_events AS kept WHERE kept.organization_id = organizations.id
                 AND kept.at >= ${oldestKept(now, defaultSeconds)} ORDER BY seq LIMIT 1),
              (SELECT max(seq) FROM late_events AS last WHERE last.organization_id = organizations.id))
          LIMIT ${atMost})`)
      return meta.changes
    },

    expiredKeys: (now, defaultSeconds, atMost) =>
      d1.all<PurgedKey>(sql`
        SELECT api_keys.id, coalesce(principals.name, '') AS name, api_keys.organization_id AS organization FROM api_keys
        LEFT JOIN settings ON settings.organization_id = api_keys.organization_id
        LEFT JOIN principals ON principals.id = api_keys.principal_id
        WHERE api_keys.expires_at IS NOT NULL
          AND api_keys.expires_at
            <= ${now} - 1000 * coalesce(settings.record ->> '$.expiredApiKeySeconds', ${defaultSeconds})
        ORDER BY api_keys.expires_at LIMIT ${atMost}`),

    async forgetKeys(keys, events) {
      const forget = db
        .prepare('DELETE FROM api_keys WHERE id IN (SELECT value FROM json_each(?))')
        .bind(JSON.stringify(keys))
      const audit = insertEvents(db, events)
      await db.batch(audit ? [forget, audit] : [forget])
    },
  }
}

/** Of events, by the settings that are joined. */
function oldestKept(now: number, defaultSeconds: number): SQL {
  return sql`${now} - 1000 * coalesce(settings.record ->> '$.eventSeconds', ${defaultSeconds})`
}
