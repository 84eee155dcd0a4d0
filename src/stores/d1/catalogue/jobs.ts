import { and, desc, eq, getTableColumns, gt, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Job } from '../../../core/jobs/job.ts'
import type { Attempt, JobQuery, JobStore } from '../../../core/jobs/port.ts'
import { jobs } from '../schema/index.ts'

const { asked: _, position: __, attempts: ___, ...SHOWN } = getTableColumns(jobs)

export function createJobStore(db: D1Database): JobStore {
  const d1 = drizzle(db)

  return {
    async add(job, asked, beginning, { ofRequester, running, since }) {
      const { organization, requester, requestedAt } = job
      const [, added] = await db.batch([
        db
          .prepare('DELETE FROM jobs WHERE organization_id = ? AND requester = ? AND expires_at <= ?')
          .bind(organization, requester, requestedAt),
        db
          .prepare(
            `INSERT INTO jobs (id, organization_id, requester, requested_by, subject, permission, state,
               requested_at, expires_at, pages, asked, position, attempts)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0
             WHERE (SELECT count(*) FROM jobs WHERE organization_id = ?2 AND requester = ?3) < ?13
               AND (SELECT count(*) FROM jobs
                    WHERE organization_id = ?2 AND state = 'running' AND requested_at > ?15) < ?14`,
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
            JSON.stringify(asked),
            JSON.stringify(beginning),
            ofRequester,
            running,
            since,
          ),
      ])
      return added?.meta.changes === 1
    },

    async find(query, id) {
      const [row] = await d1
        .select(SHOWN)
        .from(jobs)
        .where(and(eq(jobs.id, id), isOwnBy(query)))
      return row ? toJob(row) : null
    },

    async list(query, limit) {
      const rows = await d1
        .select(SHOWN)
        .from(jobs)
        .where(isOwnBy(query))
        .orderBy(desc(jobs.requestedAt), desc(jobs.id))
        .limit(limit)
      return rows.map(toJob)
    },

    count: (query) => d1.$count(jobs, isOwnBy(query)),

    async begin(organization) {
      const [begun] = await d1
        .update(jobs)
        .set({ attempts: sql`${jobs.attempts} + 1` })
        .where(
          sql`${jobs.id} = (SELECT id FROM jobs WHERE organization_id = ${organization} AND ${IS_RUNNING}
            ORDER BY requested_at, id LIMIT 1)`,
        )
        .returning()
      if (!begun) return null
      const { asked, position, attempts, ...shown } = begun
      return { ...toJob(shown), asked, position, attempts }
    },

    async proceed(attempt, pages, position) {
      const proceeded = await d1
        .update(jobs)
        .set({ pages, position, attempts: 0 })
        .where(isNewest(attempt))
        .returning({ id: jobs.id })
      return proceeded.length === 1
    },

    async finish(attempt, pages, endedAt) {
      const finished = await d1
        .update(jobs)
        .set({ ...ENDED, state: 'done', pages, endedAt })
        .where(isNewest(attempt))
        .returning({ id: jobs.id })
      return finished.length === 1
    },

    async fail(id, endedAt) {
      await d1
        .update(jobs)
        .set({ ...ENDED, state: 'failed', pages: 0, endedAt })
        .where(and(eq(jobs.id, id), IS_RUNNING))
    },

    async remove(id) {
      const [removed] = await d1.delete(jobs).where(eq(jobs.id, id)).returning({ pages: jobs.pages })
      return removed?.pages ?? null
    },

    async removeExpired(now, limit) {
      const expired = d1.select({ id: jobs.id }).from(jobs).where(lte(jobs.expiresAt, now)).limit(limit)
      const removed = await d1.delete(jobs).where(sql`${jobs.id} IN ${expired}`).returning({ id: jobs.id })
      return removed.length
    },
  }
}

/** As the index of the queue says it: a bound value would not be served by it. */
const IS_RUNNING = sql.raw("state = 'running'")

/** What it was made from is of no use any more. */
const ENDED = { asked: null, position: null }

function isNewest({ id, attempts }: Attempt) {
  return and(eq(jobs.id, id), IS_RUNNING, eq(jobs.attempts, attempts))
}

function isOwnBy({ organization, requester, now }: JobQuery) {
  return and(eq(jobs.organizationId, organization), eq(jobs.requester, requester), gt(jobs.expiresAt, now))
}

type Shown = Omit<typeof jobs.$inferSelect, 'asked' | 'position' | 'attempts'>

function toJob({ organizationId: organization, ...rest }: Shown): Job {
  return { ...rest, organization }
}
