/** Jobs and the files that they made (docs/dialects/illumio.md#asynchronous-collections): only who asked sees them. */

import * as z from 'zod'
import { type Job, MAX_JOBS_OF_REQUESTER } from '../../../core/jobs/job.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { inTurns } from '../../../http/fairness/listing.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { ExactText, maxResults, ofItems } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { actorHref, Href, hrefOf, OfOrganization, Uuid } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const JOBS = '/api/v2/orgs/:org/jobs'
const JOB_TYPE = ':illumio/async_requests'

const OneJob = OfOrganization.extend({ job: Uuid })

const JobReply = z.object({
  href: z.string(),
  job_type: z.literal(JOB_TYPE),
  description: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  result: z.union([Href, z.object({ token: z.string(), message: z.string() })]).optional(),
  requested_at: z.iso.datetime(),
  terminated_at: z.iso.datetime().nullable(),
  requested_by: Href,
})

/** The file has the id of the job that made it. */
function formatJob(job: Job): z.output<typeof JobReply> {
  const { organization } = job
  return {
    href: hrefOf(organization, 'jobs', job.id),
    job_type: JOB_TYPE,
    description: job.subject,
    status: job.state,
    ...(job.state === 'done' && { result: { href: hrefOf(organization, 'datafiles', job.id) } }),
    ...(job.state === 'failed' && {
      result: { token: 'job_failed', message: 'The collection could not be made: ask again' },
    }),
    requested_at: formatTime(job.requestedAt),
    terminated_at: formatTimeOrNull(job.endedAt),
    requested_by: actorHref(job.requestedBy, organization),
  }
}

const Filters = z.strictObject({ job_type: ExactText, max_results: maxResults(MAX_JOBS_OF_REQUESTER) })

const list = listing({
  path: JOBS,
  access: 'authenticated',
  operation: { id: 'jobs_get', summary: 'List the caller’s own jobs', description: 'Newest first.' },
  params: OfOrganization,
  query: Filters,
  item: JobReply,
  collect: async (call) => {
    const { job_type: type } = call.query
    if (type !== undefined && type !== JOB_TYPE) return ok(null)
    const found = await call.core.jobs.listJobs(operationOf(call), MAX_JOBS_OF_REQUESTER)
    return map(found, (jobs) => ofItems(jobs.map(formatJob)))
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${JOBS}/:job`,
  access: 'authenticated',
  operation: {
    id: 'job_get',
    summary: 'One of the caller’s own jobs',
    description:
      'An organization’s jobs are made one after the other. One that was not done within an hour has failed.',
  },
  params: OneJob,
  replies: { 200: { description: 'The job', schema: JobReply } },
  handle: async (call) => {
    const found = await call.core.jobs.getJob(operationOf(call), call.params.job)
    if (!found.ok) return found
    const headers = found.value.state === 'running' ? { headers: { 'Retry-After': '1' } } : {}
    return ok({ status: 200, json: formatJob(found.value), ...headers })
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${JOBS}/:job`,
  access: 'authenticated',
  operation: { id: 'jobs_delete', summary: 'Forget one of the caller’s own jobs, and its file' },
  params: OneJob,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const removed = await call.core.jobs.deleteJob(operationOf(call), call.params.job)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

const FileName = z.object({
  filename: z.string().optional().meta({ description: 'Accepted and ignored' }),
})

const datafile = illumioRoute({
  method: 'get',
  path: '/api/v2/orgs/:org/datafiles/:job',
  access: 'authenticated',
  operation: {
    id: 'datafile_get',
    summary: 'The collection that a job made',
    description: 'Kept for a day.',
  },
  params: OneJob,
  query: FileName,
  replies: { 200: { description: 'As the collection itself', schema: z.array(z.unknown()) } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.jobs.getJobResult(operation, call.params.job)
    if (!found.ok) return found
    const chunks = inTurns(call.turns, operation.actor.organization, found.value)
    return ok({ status: 200, chunks, headers: { 'Content-Type': 'application/json' } })
  },
})

export const jobRoutes = [list, get, remove, datafile]
