import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OrganizationStore } from '../../core/organizations/port.ts'
import { insertEvents } from './projections.ts'
import { apiKeys, grants, organizations, principals } from './schema.ts'

export function createOrganizationStore(db: D1Database): OrganizationStore {
  const d1 = drizzle(db)

  return {
    async ensure(wanted) {
      const [made] = await d1
        .insert(organizations)
        .values(wanted)
        .onConflictDoNothing({ target: organizations.name })
        .returning()
      if (made) return { organization: made, isNew: true }
      const [found] = await d1.select().from(organizations).where(eq(organizations.name, wanted.name))
      if (!found) throw new Error('an organization that is there could not be read')
      return { organization: found, isNew: false }
    },

    async ensureOwner(organizationId, name, role, createdAt) {
      const owner = { organizationId, kind: 'user', name, createdAt } as const
      await d1.insert(principals).values(owner).onConflictDoNothing()
      const [principal] = await d1
        .select({ id: principals.id, name: principals.name })
        .from(principals)
        .where(and(eq(principals.organizationId, organizationId), eq(principals.name, name)))
      if (!principal) throw new Error('a principal that was just made is not there')
      await d1.insert(grants).values({ principalId: principal.id, role }).onConflictDoNothing()
      return principal
    },

    async addApiKey(organizationId, owner, name, key, now, events) {
      const { id, secretHash, ringVersion } = key
      const row = { id, principalId: owner.id, organizationId, name, secretHash, ringVersion, createdAt: now }
      const insert = d1.insert(apiKeys).values(row).toSQL()
      const statement = db.prepare(insert.sql).bind(...insert.params)
      const audit = insertEvents(db, events)
      await db.batch(audit ? [statement, audit] : [statement])
    },
  }
}
