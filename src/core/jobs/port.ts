import type { Position } from '../kernel/fairness/list-slices.ts'
import type { AskedRows, Job, RunningJob } from './job.ts'

export type JobQuery = { readonly organization: number; readonly requester: number; readonly now: number }

/** How many jobs there may be: of a requester, and running ones of an organization that were asked for after `since`. */
export type JobBounds = {
  readonly ofRequester: number
  readonly running: number
  readonly since: number
}

/** Of two attempts at the same page, the newer one counts. */
export type Attempt = Pick<RunningJob, 'id' | 'attempts'>

/** The queue of every organization's jobs, and what became of them. */
export type JobStore = {
  /** Also forgets the requester's expired ones. False, and nothing stored: there are as many as there may be. */
  add(job: Job, asked: AskedRows, beginning: Position, bounds: JobBounds): Promise<boolean>
  /** Of that requester, not expired. */
  find(query: JobQuery, id: string): Promise<Job | null>
  /** Newest first. */
  list(query: JobQuery, limit: number): Promise<readonly Job[]>
  count(query: JobQuery): Promise<number>
  /** The running job of the organization that was asked for first; an attempt at its next page is counted. */
  begin(organization: number): Promise<RunningJob | null>
  /** Records the number of written pages and where the next one begins; false when the attempt is not the newest, or has ended. */
  proceed(attempt: Attempt, pages: number, position: Position): Promise<boolean>
  /** It is made; false: as above. */
  finish(attempt: Attempt, pages: number, endedAt: number): Promise<boolean>
  /** Unless it has ended. */
  fail(id: string, endedAt: number): Promise<void>
  /** How many pages it had; null: it was gone already. */
  remove(id: string): Promise<number | null>
  /** Forgets those that expired before `now`; at most `limit` at once. */
  removeExpired(now: number, limit: number): Promise<number>
}

/** Pages of results: written once, read rarely, gone after their lifetime. */
export type PageStore = {
  put(name: string, text: string, lifetimeSeconds: number): Promise<void>
  get(name: string): Promise<string | null>
  remove(name: string): Promise<void>
}

/** Calls `advance` for an organization until no job of it runs, also after a restart. */
export type JobRunner = {
  wake(organization: number): Promise<void>
}
