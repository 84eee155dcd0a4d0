import { causeOf, memberCase } from '../access/cases/operator-case.ts'
import type { Permission } from '../access/permission.ts'
import { beginning } from '../kernel/fairness/list-slices.ts'
import { type Outcome, ok, refuse } from '../kernel/outcome.ts'
import {
  type AskedRows,
  JOB_DEADLINE_MILLISECONDS,
  JOB_LIFETIME_SECONDS,
  type Job,
  MAX_JOB_ROWS,
  MAX_JOBS_OF_REQUESTER,
  MAX_RUNNING_JOBS_OF_ORGANIZATION,
} from './job.ts'

export type JobRequest = Pick<AskedRows, 'operation' | 'query'> & {
  readonly subject: string
  readonly permission: Permission | null
  readonly maxRows: number
}

/** Puts a collection that is to be made at the end of the organization's queue, and sees to it that the queue is worked off. */
export const startJob = memberCase(async (ports, operation, wanted: JobRequest): Promise<Outcome<Job>> => {
  const now = ports.now()
  const { actor, request } = operation
  const { organization, principal, by } = actor
  const { subject, permission, maxRows, ...rows } = wanted
  const job: Job = {
    id: ports.uuid(),
    organization,
    requester: principal,
    requestedBy: causeOf(operation).actor,
    subject,
    permission,
    state: 'running',
    requestedAt: now,
    endedAt: null,
    expiresAt: now + JOB_LIFETIME_SECONDS * 1_000,
    pages: 0,
  }
  const isAdded = await ports.jobs.add(
    job,
    { ...rows, by, request },
    beginning(Math.min(maxRows, MAX_JOB_ROWS)),
    {
      ofRequester: MAX_JOBS_OF_REQUESTER,
      running: MAX_RUNNING_JOBS_OF_ORGANIZATION,
      since: now - JOB_DEADLINE_MILLISECONDS,
    },
  )
  if (!isAdded) return refuse({ kind: 'limit_reached', what: 'job' })
  try {
    await ports.jobRunner.wake(organization)
  } catch (error) {
    // What is not acknowledged is not there.
    await ports.jobs.remove(job.id)
    throw error
  }
  return ok(job)
})
