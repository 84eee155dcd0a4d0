import { and, eq, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OrganizationStore } from '../../core/organizations/port.ts'
import { fold } from '../../core/text.ts'
import { prepared } from './batch.ts'
import { principalOfUser } from './principals.ts'
import { insertEvents } from './projections.ts'
import { apiKeys, grants, organizations, principals, users } from './schema.ts'

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

    async ensureOwner(organization, { email, roles, password, isPasswordReset }, now) {
      const emailFolded = fold(email)
      const user = { email, emailFolded, createdAt: now, updatedAt: now }
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
        .where(and(eq(users.emailFolded, emailFolded), isFree))
      await db.batch([
        prepared(db, d1.insert(users).values(user).onConflictDoNothing()),
        principalOfUser(db, { email, organization, by: { kind: 'system' }, now }),
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
        .where(and(eq(principals.organizationId, organization), eq(users.emailFolded, emailFolded)))
      if (!owner) throw new Error('a principal that was just made is not there')
      const { passwordHash, ...rest } = owner
      await grantRoles(organization, owner.id, roles, now)
      return { ...rest, isPasswordSet: password !== null && passwordHash === password.hash }
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
