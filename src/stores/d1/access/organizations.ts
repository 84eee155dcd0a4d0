import { and, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OrganizationStore } from '../../../core/access/organizations/port.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { bytesOf, sizedPage } from '../catalogue/lists/sized-page.ts'
import { insertEvents } from '../outbox/projections.ts'
import { apiKeys, grants, organizations, principals, users } from '../schema/index.ts'
import { principalOfUser } from './principals.ts'
import { hasOneSalt } from './users.ts'

export function createOrganizationStore(db: D1Database): OrganizationStore {
  const d1 = drizzle(db)

  async function grantRoles(
    organizationId: number,
    principalId: number,
    roles: readonly string[],
    createdAt: number,
  ): Promise<void> {
    const rows = roles.map((role) => ({
      id: crypto.randomUUID(),
      organizationId,
      principalId,
      role,
      scope: [],
      createdAt,
    }))
    if (rows.length > 0) await d1.insert(grants).values(rows).onConflictDoNothing()
  }

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

    async createChild(wanted, roles, event) {
      const insert = d1.insert(organizations).values(wanted).onConflictDoNothing().returning()
      // The event is the new organization's, whose number the same transaction just gave.
      const audit = db
        .prepare(
          `INSERT INTO events (id, organization_id, at, type, record)
           SELECT ?1, last_insert_rowid(), ?2, ?3, json_set(?4, '$.organization', last_insert_rowid(),
             '$.subject.id', CAST(last_insert_rowid() AS TEXT)) WHERE changes() > 0`,
        )
        .bind(event.id, event.at, event.type, JSON.stringify(event))
      const rolesOf = db
        .prepare(
          `INSERT INTO roles (organization_id, key, name, name_folded, abilities, is_built_in, created_at, updated_at, version)
           SELECT o.id, r.value ->> 'key', r.value ->> 'name', r.value ->> 'nameFolded', r.value -> 'abilities',
             r.value ->> 'isBuiltIn', r.value ->> 'createdAt', r.value ->> 'updatedAt', r.value ->> 'version'
           FROM organizations o, json_each(?1) r WHERE o.organisation_key = ?2`,
        )
        .bind(
          JSON.stringify(roles.map((role) => ({ ...role, nameFolded: fold(role.name) }))),
          wanted.organisationKey,
        )
      const [made] = await db.batch<{ id: number }>([prepared(db, insert), audit, rolesOf])
      const id = made?.results[0]?.id
      return id === undefined ? null : { ...wanted, id }
    },

    async listChildren(parent, { offset, limit }) {
      const where = eq(organizations.parentId, parent)
      const name = sql<string>`CAST(${organizations.id} AS TEXT)`
      const [count, sizes] = await Promise.all([
        d1.$count(organizations, where),
        d1
          .select({ name, bytes: bytesOf(organizations.name, organizations.timeZone) })
          .from(organizations)
          .where(where)
          .orderBy(organizations.id)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, (ids) =>
        d1
          .select()
          .from(organizations)
          .where(
            and(where, sql`${organizations.id} IN (SELECT value + 0 FROM json_each(${JSON.stringify(ids)}))`),
          )
          .orderBy(organizations.id),
      )
    },

    async change(id, settings, event) {
      const update = d1.update(organizations).set(settings).where(eq(organizations.id, id))
      await db.batch([prepared(db, update), eventIfChanged(db, event)])
    },

    async ensure(wanted) {
      const [made] = await d1.insert(organizations).values(wanted).onConflictDoNothing().returning()
      if (made) return { organization: made, isNew: true }
      const [found] = await d1
        .select()
        .from(organizations)
        .where(and(eq(organizations.name, wanted.name), isNull(organizations.parentId)))
      if (!found) throw new Error('an organization that is there could not be read')
      return { organization: found, isNew: false }
    },

    async ensureOwner(organization, { email, roles, password, isPasswordReset }, now) {
      const emailFolded = fold(email)
      // A user who is in it already is the owner. A user whom another organization made is another person.
      const isIn = sql`SELECT user_id FROM principals
        WHERE organization_id = ${organization} AND kind = 'user' AND name_folded = ${emailFolded}`
      const make = db
        .prepare(
          `INSERT INTO users (email, email_folded, created_at, updated_at) SELECT ?1, ?2, ?3, ?3
           WHERE NOT EXISTS (SELECT 1 FROM principals
             WHERE organization_id = ?4 AND kind = 'user' AND name_folded = ?2 AND user_id IS NOT NULL)
           ON CONFLICT DO NOTHING`,
        )
        .bind(email, emailFolded, now, organization)
      const isFree = isPasswordReset ? undefined : isNull(users.passwordHash)
      const give = d1
        .update(users)
        .set({
          passwordHash: password?.hash ?? null,
          passwordSalt: password?.salt ?? null,
          ringVersion: password?.ringVersion ?? null,
          isPasswordInitial: false,
          failures: 0,
          lockedUntil: null,
        })
        .where(
          and(
            sql`${users.id} = (${isIn})`,
            isFree,
            password ? hasOneSalt(emailFolded, password.salt) : undefined,
          ),
        )
      await db.batch([
        make,
        principalOfUser(db, { email, of: 0, organization, by: { kind: 'system' }, now }),
        ...(password ? [prepared(db, give)] : []),
      ])
      const [owner] = await d1
        .select({
          id: principals.id,
          name: principals.name,
          user: users.id,
          passwordHash: users.passwordHash,
        })
        .from(principals)
        .innerJoin(users, eq(users.id, principals.userId))
        .where(and(eq(principals.organizationId, organization), sql`${users.id} = (${isIn})`))
      if (!owner) throw new Error('a principal that was just made is not there')
      const { passwordHash, ...rest } = owner
      await grantRoles(organization, owner.id, roles, now)
      return { ...rest, isPasswordSet: password !== null && passwordHash === password.hash }
    },

    async namesOf(ids) {
      const rows = await d1
        .select({ id: organizations.id, name: organizations.name })
        .from(organizations)
        .where(sql`${organizations.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      return new Map(rows.map(({ id, name }) => [id, name]))
    },

    async addApiKey(organizationId, owner, name, key, now, events) {
      const { id, secretHash, ringVersion } = key
      const row = { id, principalId: owner.id, organizationId, name, secretHash, ringVersion, createdAt: now }
      const statement = prepared(db, d1.insert(apiKeys).values(row))
      const audit = insertEvents(db, events)
      await db.batch(audit ? [statement, audit] : [statement])
    },
  }
}
