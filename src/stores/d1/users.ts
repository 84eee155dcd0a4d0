import { and, asc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { fold } from '../../core/text.ts'
import type { User, UserEvent, UserStore } from '../../core/users/port.ts'
import { brokenUniqueness, eventOfUser, prepared } from './batch.ts'
import { atMost, didNotHold, mustHold, write } from './condition.ts'
import {
  ITS_GRANTS,
  ITS_RESTRICTION,
  knownPrincipals,
  PRINCIPAL_COLUMNS,
  primaryOf,
} from './known-principals.ts'
import { keepingOwner } from './owners.ts'
import { principalOfUser } from './principals.ts'
import { accessRestrictions, grants, principals, sessions, users } from './schema.ts'

export function createUserStore(db: D1Database): UserStore {
  const d1 = drizzle(db)
  const inOneOf = (organizations: readonly number[]) =>
    sql`${users.id} IN (
      SELECT user_id FROM principals WHERE user_id IS NOT NULL
        AND organization_id IN (SELECT value FROM json_each(${JSON.stringify(organizations)})))`

  return {
    async find(id) {
      const [row] = await d1.select().from(users).where(eq(users.id, id))
      return row ? toUser(row) : null
    },

    async findByEmail(emailFolded) {
      const [row] = await primaryOf(db).select().from(users).where(eq(users.emailFolded, emailFolded))
      return row ? toUser(row) : null
    },

    async principalsOf(id) {
      const rows = await primaryOf(db)
        .select(PRINCIPAL_COLUMNS)
        .from(principals)
        .leftJoin(grants, ITS_GRANTS)
        .leftJoin(accessRestrictions, ITS_RESTRICTION)
        .where(eq(principals.userId, id))
        .orderBy(asc(principals.organizationId))
      return knownPrincipals(rows)
    },

    async list(organizations, { after, limit }) {
      const rows = await d1
        .select()
        .from(users)
        .where(and(inOneOf(organizations), after === null ? undefined : gt(users.id, after)))
        .orderBy(asc(users.id))
        .limit(limit)
      return rows.map(toUser)
    },

    count: (organizations) => d1.$count(users, inOneOf(organizations)),

    async create({ email, fullName, timeZone, password }, organization, limit, by, now, event) {
      const row = {
        email,
        emailFolded: fold(email),
        fullName,
        timeZone,
        passwordHash: password.hash,
        passwordSalt: password.salt,
        ringVersion: password.ringVersion,
        isPasswordInitial: true,
        createdAt: now,
        updatedAt: now,
      }
      try {
        const [made] = await db.batch<typeof users.$inferSelect>([
          prepared(db, d1.insert(users).values(row).returning({ id: users.id })),
          principalOfUser(db, { email, organization, by, now }),
          // The event names the user that the same transaction just numbered.
          db
            .prepare(
              `INSERT INTO events (id, organization_id, at, type, record) SELECT ?1, ?2, ?3, ?4,
                 json_set(?5, '$.subject.id', CAST(id AS TEXT)) FROM users WHERE email_folded = ?6`,
            )
            .bind(event.id, event.organization, event.at, event.type, JSON.stringify(event), fold(email)),
          mustHold(db, atMost(limit, d1.$count(users, inOneOf([organization])))),
        ])
        const found = await this.find(made?.results[0]?.id ?? 0)
        if (!found) throw new Error('a user that was just made is not there')
        return found
      } catch (error) {
        if (didNotHold(error)) return 'limit'
        if (brokenUniqueness(error).includes('users.email_folded')) return 'name'
        throw error
      }
    },

    async update(id, change, now, event) {
      const update = d1
        .update(users)
        .set({ ...change, updatedAt: now })
        .where(eq(users.id, id))
      await db.batch([prepared(db, update), eventOfUser(db, id, event)])
    },

    async beginTry(id, lockAfter, lockUntil, now) {
      const isOpen = or(isNull(users.lockedUntil), sql`${users.lockedUntil} <= ${now}`)
      // Whoever was locked begins anew.
      const failures = sql`iif(${users.lockedUntil} IS NULL, ${users.failures}, 0) + 1`
      const [tried] = await d1
        .update(users)
        .set({ failures, lockedUntil: sql`iif(${failures} >= ${lockAfter}, ${lockUntil}, NULL)` })
        .where(and(eq(users.id, id), isOpen))
        .returning({ lockedUntil: users.lockedUntil })
      if (!tried) return 'locked'
      return tried.lockedUntil === null ? 'try' : 'last_try'
    },

    async endTries(id) {
      const isCounted = or(gt(users.failures, 0), sql`${users.lockedUntil} IS NOT NULL`)
      await d1
        .update(users)
        .set({ failures: 0, lockedUntil: null })
        .where(and(eq(users.id, id), isCounted))
    },

    async noteRefusal(id, event) {
      await eventOfUser(db, id, event).run()
    },

    async setPassword({ id, password: before }, { hash, salt, ringVersion }, isInitial, now, event) {
      const password = { passwordHash: hash, passwordSalt: salt, ringVersion, isPasswordInitial: isInitial }
      const isAsBefore = before ? eq(users.passwordHash, before.hash) : isNull(users.passwordHash)
      const [updated] = await db.batch(changed(id, isAsBefore, password, now, event))
      return (updated?.meta.changes ?? 0) > 0
    },

    removePassword(id, now, guard, event) {
      const none = { ...NO_PASSWORD, isPasswordInitial: false }
      return write(db, changed(id, isNotNull(users.passwordHash), none, now, event), keepingOwner(guard))
    },
  }

  /** Of two at once, one finds the password as it was. */
  function changed(
    id: number,
    isAsBefore: SQL,
    password: Partial<typeof users.$inferInsert>,
    now: number,
    event: UserEvent,
  ): D1PreparedStatement[] {
    const update = d1
      .update(users)
      .set({ ...password, failures: 0, lockedUntil: null, updatedAt: now })
      .where(and(eq(users.id, id), isAsBefore))
    const close = d1.delete(sessions).where(eq(sessions.userId, id))
    return [prepared(db, update), eventOfUser(db, id, event, 'changes() > 0'), prepared(db, close)]
  }
}

const NO_PASSWORD = { passwordHash: null, passwordSalt: null, ringVersion: null }

function toUser(row: typeof users.$inferSelect): User {
  const { passwordHash: hash, passwordSalt: salt, ringVersion, failures: _, emailFolded: __, ...rest } = row
  const isComplete = hash !== null && salt !== null && ringVersion !== null
  return { ...rest, password: isComplete ? { hash, salt, ringVersion } : null }
}
