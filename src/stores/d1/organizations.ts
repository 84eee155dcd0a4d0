import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OrganizationStore } from '../../core/organizations/port.ts'
import { auditIfChanged } from './audit.ts'
import { insertEvents } from './projections.ts'
import { apiKeys, grants, organizations, principals } from './schema.ts'

export function createOrganizationStore(db: D1Database): OrganizationStore {
  const d1 = drizzle(db)

  return {
    async find(id) {
      const [found] = await d1.select().from(organizations).where(eq(organizations.id, id))
      return found ?? null
    },

    async findByKey(organisationKey) {
      const [found] = await d1
        .select()
        .from(organizations)
        .where(eq(organizations.organisationKey, organisationKey))
      return found ?? null
    },

    async createChild(wanted, event) {
      const insert = d1
        .insert(organizations)
        .values(wanted)
        .onConflictDoNothing({ target: organizations.name })
        .returning()
        .toSQL()
      // The event is the new organization's, whose number the same transaction just gave.
      const audit = db
        .prepare(
          `INSERT INTO events (id, organization_id, at, type, record)
           SELECT ?1, last_insert_rowid(), ?2, ?3, json_set(?4, '$.organization', last_insert_rowid(),
             '$.subject.id', CAST(last_insert_rowid() AS TEXT)) WHERE changes() > 0`,
        )
        .bind(event.id, event.at, event.type, JSON.stringify(event))
      const [made] = await db.batch<{ id: number }>([db.prepare(insert.sql).bind(...insert.params), audit])
      const id = made?.results[0]?.id
      return id === undefined ? null : { ...wanted, id }
    },

    async listChildren(parent, { offset, limit }) {
      const where = eq(organizations.parentId, parent)
      const [count, items] = await Promise.all([
        d1.$count(organizations, where),
        d1.select().from(organizations).where(where).orderBy(organizations.id).limit(limit).offset(offset),
      ])
      return { items, count }
    },

    async change(id, settings, event) {
      const update = d1.update(organizations).set(settings).where(eq(organizations.id, id)).toSQL()
      await db.batch([db.prepare(update.sql).bind(...update.params), auditIfChanged(db, event)])
    },

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
