import { and, asc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { User, UserEvent, UserStore } from '../../../core/access/users/port.ts'
import { fold } from '../../../core/kernel/text.ts'
import { brokenUniqueness, eventOfNumbered, eventOfUser, prepared } from '../batch.ts'
import { accessRestrictions, grants, principals, sessions, users } from '../schema/index.ts'
import { atMost, didNotHold, mustHold, write } from './condition.ts'
import {
  ITS_GRANTS,
  ITS_RESTRICTION,
  knownPrincipals,
  PRINCIPAL_COLUMNS,
  primaryOf,
} from './known-principals.ts'
import { keepingOwner } from './owners.ts'
import { grantsOfUser, principalOfUser } from './principals.ts'

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

    async findMany(ids) {
      const isOne = sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
      return (await d1.select().from(users).where(isOne)).map(toUser)
    },

    async findByEmail(emailFolded) {
      const rows = await primaryOf(db)
        .select()
        .from(users)
        .where(and(eq(users.emailFolded, emailFolded), gt(users.id, NO_USER.id)))
        .orderBy(sql`${users.organizationId} = 0 DESC`, asc(users.id))
        .limit(MAX_OF_ONE_ADDRESS)
      return rows.map(toUser)
    },

    async saltOf(emailFolded) {
      const [row] = await primaryOf(db)
        .select({ salt: users.passwordSalt })
        .from(users)
        .where(and(eq(users.emailFolded, emailFolded), isNotNull(users.passwordSalt)))
        .limit(1)
      return row?.salt ?? null
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

    async create({ email, fullName, timeZone, password }, organization, its, limit, by, now, event) {
      const emailFolded = fold(email)
      const row = {
        email,
        emailFolded,
        organizationId: organization,
        fullName,
        timeZone,
        passwordHash: password.hash,
        passwordSalt: password.salt,
        ringVersion: password.ringVersion,
        isPasswordInitial: true,
        createdAt: now,
        updatedAt: now,
      }
      const made = { email, of: organization, organization, by, now }
      const isWithin = atMost(limit, d1.$count(users, inOneOf([organization])))
      const isIts = sql`${userOf(organization, emailFolded)} = (
        SELECT id FROM users WHERE email_folded = ${emailFolded} AND organization_id = ${organization})`
      const holds = sql`${isWithin.holds} AND ${isIts} AND ${hasOneSalt(emailFolded, password.salt)}`
      try {
        const [inserted] = await db.batch<typeof users.$inferSelect>([
          prepared(db, d1.insert(users).values(row).returning({ id: users.id })),
          eventOfNumbered(db, event),
          principalOfUser(db, made),
          grantsOfUser(db, organization, emailFolded, its),
          mustHold(db, { holds }),
        ])
        const found = await this.find(inserted?.results[0]?.id ?? 0)
        if (!found) throw new Error('a user that was just made is not there')
        return found
      } catch (error) {
        if (!didNotHold(error)) {
          brokenUniqueness(error)
          return 'name'
        }
      }
      const { user, isSalt } = await d1.get<{ user: number | null; isSalt: number }>(
        sql`SELECT ${userOf(organization, emailFolded)} AS user, ${hasOneSalt(emailFolded, password.salt)} AS isSalt`,
      )
      if (user !== null) return 'name'
      return isSalt === 1 ? 'limit' : 'salt'
    },

    async update(id, change, now, event) {
      const update = d1
        .update(users)
        .set({ ...change, ...(change.lockedUntil === null && { failures: 0 }), updatedAt: now })
        .where(eq(users.id, id))
      await db.batch([prepared(db, update), eventOfUser(db, id, event)])
    },

    async beginTry(ids, lockAfter, lockUntil, now) {
      if (ids.length === 0) {
        await d1
          .insert(users)
          .values(NO_USER)
          .onConflictDoUpdate({ target: users.id, set: { failures: sql`${users.failures} + 1` } })
        return new Map()
      }
      const isOne = sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
      const isOpen = or(isNull(users.lockedUntil), sql`${users.lockedUntil} <= ${now}`)
      // The count of a locked user restarts.
      const failures = sql`iif(${users.lockedUntil} IS NULL, ${users.failures}, 0) + 1`
      const tried = await d1
        .update(users)
        .set({ failures, lockedUntil: sql`iif(${failures} >= ${lockAfter}, ${lockUntil}, NULL)` })
        .where(and(isOne, isOpen))
        .returning({ id: users.id, lockedUntil: users.lockedUntil })
      return new Map(tried.map(({ id, lockedUntil }) => [id, lockedUntil === null ? 'try' : 'last_try']))
    },

    async endTries(id, tried) {
      const isIts = sql`${users.id} = ${id}`
      const wasTried = sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(tried)}))`
      await d1
        .update(users)
        .set({
          failures: sql`iif(${isIts}, 0, max(${users.failures} - 1, 0))`,
          lockedUntil: null,
        })
        .where(and(wasTried, gt(users.failures, 0)))
    },

    async recordRefusals(events) {
      const [first, ...more] = events.map((event) => eventOfUser(db, Number(event.subject.id), event))
      if (first) await db.batch([first, ...more])
    },

    async setPassword({ id, email, password: before }, { hash, salt, ringVersion }, isInitial, now, event) {
      const password = { passwordHash: hash, passwordSalt: salt, ringVersion, isPasswordInitial: isInitial }
      const isAsBefore = before
        ? eq(users.passwordHash, before.hash)
        : and(isNull(users.passwordHash), hasOneSalt(fold(email), salt))
      const [updated] = await db.batch(changed(id, isAsBefore, password, now, event))
      return (updated?.meta.changes ?? 0) > 0
    },

    removeInitial(id, guard, event) {
      const isNew = and(eq(users.id, id), eq(users.isPasswordInitial, true), eq(users.signInCount, 0))
      const statements = [
        prepared(db, d1.delete(users).where(isNew)),
        eventOfUser(db, id, event, 'changes() > 0'),
        prepared(db, d1.update(principals).set({ userId: null }).where(isGone(id))),
      ]
      return write(db, statements, keepingOwner(guard))
    },

    removePassword(id, now, guard, event) {
      const none = { ...NO_PASSWORD, isPasswordInitial: false }
      return write(db, changed(id, isNotNull(users.passwordHash), none, now, event), keepingOwner(guard))
    },
  }

  /** Of two at once, one finds the password as it was. */
  function changed(
    id: number,
    isAsBefore: SQL | undefined,
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

/** In no organization: tries at unknown addresses are counted here. */
const NO_USER = { id: 0, email: '', emailFolded: '', organizationId: -1, createdAt: 0, updatedAt: 0 } as const

/** More than the deployment's operator makes organizations for one person. */
const MAX_OF_ONE_ADDRESS = 100

/** The user of that name in an organization, as SQL; NULL: there is none. */
function userOf(organization: number, emailFolded: string): SQL {
  return sql`(SELECT user_id FROM principals
    WHERE organization_id = ${organization} AND kind = 'user' AND name_folded = ${emailFolded})`
}

/** Whether the passwords of an address have that salt alone. */
export function hasOneSalt(emailFolded: string, salt: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM users AS other
    WHERE other.email_folded = ${emailFolded} AND other.password_salt <> ${salt})`
}

/** The principals of a deleted user. */
function isGone(id: number): SQL {
  return sql`user_id = ${id} AND NOT EXISTS (SELECT 1 FROM users WHERE id = ${id})`
}

const NO_PASSWORD = { passwordHash: null, passwordSalt: null, ringVersion: null }

function toUser(row: typeof users.$inferSelect): User {
  const { passwordHash: hash, passwordSalt: salt, ringVersion, ...more } = row
  const { failures: _, emailFolded: __, organizationId: ___, ...rest } = more
  const isComplete = hash !== null && salt !== null && ringVersion !== null
  return { ...rest, password: isComplete ? { hash, salt, ringVersion } : null }
}
