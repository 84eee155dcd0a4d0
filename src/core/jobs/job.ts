import type { Actor } from '../access/actor.ts'
import type { Permission } from '../access/permission.ts'
import type { ActorRef, Cause } from '../kernel/cause.ts'
import type { Position } from '../kernel/fairness/list-slices.ts'

/** A collection that is made in the background. Only its requester sees it, for a day. */
export type Job = {
  /** UUIDv4. */
  readonly id: string
  readonly organization: number
  /** The principal that asked. */
  readonly requester: number
  readonly requestedBy: ActorRef
  /** The collection, in its dialect's words. */
  readonly subject: string
  /** The permission that its requester needs while it is made, and to read the result; null: none. */
  readonly permission: Permission | null
  readonly state: JobState
  /** Unix milliseconds, as every `…At`. */
  readonly requestedAt: number
  readonly endedAt: number | null
  readonly expiresAt: number
  /** How many pages its result has. */
  readonly pages: number
}

export type JobState = 'running' | 'done' | 'failed'

/** What a job's rows are made from, in another isolate than the one that was asked. */
export type AskedRows = {
  readonly by: Actor['by']
  readonly request: Cause['request']
  /** Unique among the operations of all dialects. */
  readonly operation: string
  /** The first value of each parameter, as it was sent: it is checked again, by the release that makes the rows. */
  readonly query: Readonly<Record<string, string>>
}

/** A job that is to be gone on with. */
export type RunningJob = Job & {
  /** null: it comes from a release that kept none. */
  readonly asked: AskedRows | null
  readonly position: Position | null
  /** How often its next page was begun, this time included. */
  readonly attempts: number
}

export const JOB_LIFETIME_SECONDS = 86_400
/** A job ends within an hour, however long its organization's queue is. */
export const JOB_DEADLINE_MILLISECONDS = 3_600_000
export const MAX_JOBS_OF_REQUESTER = 100
/** Of all its requesters. This many jobs of 2,000 workloads with 8 KiB of facts each take about a quarter of an hour. */
export const MAX_RUNNING_JOBS_OF_ORGANIZATION = 200
export const MAX_JOB_ROWS = 10_000

export function hasMissedDeadline({ requestedAt }: Pick<Job, 'requestedAt'>, now: number): boolean {
  return now >= requestedAt + JOB_DEADLINE_MILLISECONDS
}

/** A job as it is at an instant: one that missed its deadline has failed, and never hangs. */
export function jobAt(job: Job, now: number): Job {
  if (job.state !== 'running' || !hasMissedDeadline(job, now)) return job
  return { ...job, state: 'failed', endedAt: job.requestedAt + JOB_DEADLINE_MILLISECONDS }
}
