import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SessionStore, StoredSession } from '../../../core/access/sessions/port.ts'
import { eventOfUser, prepared } from '../batch.ts'
import { accessRestrictions, grants, principals, sessions, users } from '../schema/index.ts'
import { didNotHold, mustHold } from './condition.ts'
import {
  ITS_GRANTS,
  ITS_RESTRICTION,
  knownPrincipals,
  PRINCIPAL_COLUMNS,
  primaryOf,
} from './known-principals.ts'

export function createSessionStore(db: D1Database): SessionStore {
  const d1 = drizzle(db)

  return {
    async open({ user: userId, organization: organizationId, ...session }, password, atMost, signIn, event) {
      const insert = prepared(db, d1.insert(sessions).values({ ...session, userId, organizationId }))
      const end = prepared(db, d1.delete(sessions).where(isBeyond(userId, session.sort, atMost)))
      const note = d1
        .update(users)
        .set({
          signedInAt: session.createdAt,
          signedInFrom: signIn?.from ?? null,
          signInCount: sql`${users.signInCount} + 1`,
        })
        .where(eq(users.id, userId))
      const notes = signIn ? [prepared(db, note), eventOfUser(db, userId, event)] : []
      const holds = sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND password_hash = ${password})`
      try {
        await db.batch([insert, end, ...notes, mustHold(db, { holds })])
        return true
      } catch (error) {
        if (didNotHold(error)) return false
        throw error
      }
    },

    async find(tokenHash) {
      const rows = await primaryOf(db)
        .select({ session: sessions, email: users.email, ...PRINCIPAL_COLUMNS })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .innerJoin(principals, eq(principals.userId, sessions.userId))
        .leftJoin(grants, ITS_GRANTS)
        .leftJoin(accessRestrictions, ITS_RESTRICTION)
        .where(eq(sessions.tokenHash, tokenHash))
        .orderBy(asc(principals.organizationId))
      const [first] = rows
      if (!first) return null
      return { session: toSession(first.session), email: first.email, principals: knownPrincipals(rows) }
    },

    async take(tokenHash, sort, now) {
      const [taken] = await d1
        .delete(sessions)
        .where(and(eq(sessions.tokenHash, tokenHash), eq(sessions.sort, sort), gt(sessions.endsAt, now)))
        .returning()
      return taken ? toSession(taken) : null
    },

    async slide(tokenHash, endsAt) {
      await d1
        .update(sessions)
        .set({ endsAt })
        .where(and(eq(sessions.tokenHash, tokenHash), lt(sessions.endsAt, endsAt)))
    },

    async listOf(userId, now) {
      const rows = await d1
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.endsAt, now)))
        .orderBy(desc(sessions.createdAt), asc(sessions.tokenHash))
        .limit(MOST_LISTED)
      return rows.map(toSession)
    },

    async close(tokenHash, user, event) {
      const remove = d1.delete(sessions).where(eq(sessions.tokenHash, tokenHash))
      const [removed] = await db.batch([prepared(db, remove), eventOfUser(db, user, event, 'changes() > 0')])
      return (removed?.meta.changes ?? 0) > 0
    },

    async purge(before, atMost) {
      const ended = sql`${sessions.tokenHash} IN (
        SELECT token_hash FROM sessions WHERE ends_at < ${before} LIMIT ${atMost})`
      const { meta } = await d1.delete(sessions).where(ended)
      return meta.changes
    },
  }
}

/** A user has at most a hundred of each of a few sorts. */
const MOST_LISTED = 1_000

function isBeyond(user: number, sort: string, atMost: number): SQL {
  return sql`${sessions.tokenHash} IN (SELECT token_hash FROM sessions WHERE user_id = ${user} AND sort = ${sort}
    ORDER BY ends_at DESC, created_at DESC LIMIT -1 OFFSET ${atMost})`
}

function toSession({ userId, organizationId, ...rest }: typeof sessions.$inferSelect): StoredSession {
  return { ...rest, user: userId, organization: organizationId }
}
