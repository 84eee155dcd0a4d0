import type { Permission } from '../access/permission.ts'
import type { ActorRef } from '../ledger/records.ts'

/** A collection that is made in the background. Only who asked for it sees it, for a day. */
export type Job = {
  /** UUIDv4. */
  readonly id: string
  readonly organization: number
  /** The principal that asked. */
  readonly requester: number
  readonly requestedBy: ActorRef
  /** The collection, in its dialect's words. */
  readonly subject: string
  /** What its requester must be permitted to read the result, as to list the collection; null: nothing. */
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

export const JOB_LIFETIME_SECONDS = 86_400
/** The platform gives work 30 seconds after its request was answered; what still runs after this died with its isolate. */
export const JOB_DEADLINE_MILLISECONDS = 60_000
export const MAX_JOBS_OF_REQUESTER = 100
export const MAX_JOB_ROWS = 10_000

/** A job as it is at an instant: one whose isolate was killed has failed, and never hangs. */
export function jobAt(job: Job, now: number): Job {
  const deadline = job.requestedAt + JOB_DEADLINE_MILLISECONDS
  return job.state === 'running' && now >= deadline ? { ...job, state: 'failed', endedAt: deadline } : job
}
