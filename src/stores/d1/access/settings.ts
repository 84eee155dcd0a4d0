import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { DEFAULT_SETTINGS, type SettingsStore } from '../../../core/access/settings/port.ts'
import { prepared } from '../batch.ts'
import { insertEvents } from '../outbox/projections.ts'
import { settings } from '../schema/index.ts'

export function createSettingsStore(db: D1Database): SettingsStore {
  const d1 = drizzle(db)
  return {
    async get(organization) {
      const [row] = await d1.select().from(settings).where(eq(settings.organizationId, organization))
      return { ...DEFAULT_SETTINGS, ...row?.record }
    },

    async change(organizationId, change, event) {
      // Patched where it is, so that two changes at once lose nothing of each other; JSON's null is a value here.
      const { attributes = {}, ...members } = change
      const own = Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value] as const)
      const paths = [...Object.entries(members), ...own].flatMap(([name, value]) => [
        `$.${name}`,
        JSON.stringify(value),
      ])
      const set = `json_set(record${', ?, json(?)'.repeat(paths.length / 2)})`
      const insert = d1.insert(settings).values({ organizationId, record: {} }).onConflictDoNothing()
      const audit = insertEvents(db, [event])
      await db.batch([
        prepared(db, insert),
        db
          .prepare(`UPDATE settings SET record = ${set} WHERE organization_id = ?`)
          .bind(...paths, organizationId),
        ...(audit ? [audit] : []),
      ])
    },
  }
}
