import { and, desc, eq, gt, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Job } from '../../core/jobs/job.ts'
import type { JobQuery, JobStore } from '../../core/jobs/port.ts'
import { jobs } from './schema.ts'

export function createJobStore(db: D1Database): JobStore {
  const d1 = drizzle(db)

  return {
    async add(job, most) {
      const { organization, requester, requestedAt } = job
      const [, added] = await db.batch([
        db
          .prepare('DELETE FROM jobs WHERE organization_id = ? AND requester = ? AND expires_at <= ?')
          .bind(organization, requester, requestedAt),
        db
          .prepare(
            `INSERT INTO jobs (id, organization_id, requester, requested_by, subject, permission, state,
               requested_at, expires_at, pages)
             SELECT ?, ?2, ?3, ?, ?, ?, ?, ?, ?, ?
             WHERE (SELECT count(*) FROM jobs WHERE organization_id = ?2 AND requester = ?3) < ?`,
          )
          .bind(
            job.id,
            organization,
            requester,
            JSON.stringify(job.requestedBy),
            job.subject,
            job.permission,
            job.state,
            requestedAt,
            job.expiresAt,
            job.pages,
            most,
          ),
      ])
      return added?.meta.changes === 1
    },

    async find(query, id) {
      const [row] = await d1
        .select()
        .from(jobs)
        .where(and(eq(jobs.id, id), isOwnBy(query)))
      return row ? toJob(row) : null
    },

    async list(query, limit) {
      const rows = await d1
        .select()
        .from(jobs)
        .where(isOwnBy(query))
        .orderBy(desc(jobs.requestedAt), desc(jobs.id))
        .limit(limit)
      return rows.map(toJob)
    },

    count: (query) => d1.$count(jobs, isOwnBy(query)),

    async end({ id, state, endedAt, pages }, since) {
      const ended = await d1
        .update(jobs)
        .set({ state, endedAt, pages })
        .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), gt(jobs.requestedAt, since)))
        .returning({ id: jobs.id })
      return ended.length === 1
    },

    async remove(id) {
      await d1.delete(jobs).where(eq(jobs.id, id))
    },

    async removeExpired(now, limit) {
      const expired = d1.select({ id: jobs.id }).from(jobs).where(lte(jobs.expiresAt, now)).limit(limit)
      const removed = await d1.delete(jobs).where(sql`${jobs.id} IN ${expired}`).returning({ id: jobs.id })
      return removed.length
    },
  }
}

function isOwnBy({ organization, requester, now }: JobQuery) {
  return and(eq(jobs.organizationId, organization), eq(jobs.requester, requester), gt(jobs.expiresAt, now))
}

function toJob({ organizationId: organization, ...rest }: typeof jobs.$inferSelect): Job {
  return { ...rest, organization }
}
