import type { Job } from './job.ts'

export type JobQuery = { readonly organization: number; readonly requester: number; readonly now: number }

export type JobStore = {
  /** Also forgets the requester's expired ones. False, and nothing stored: it has as many as it may. */
  add(job: Job, most: number): Promise<boolean>
  /** Of that requester, not expired. */
  find(query: JobQuery, id: string): Promise<Job | null>
  /** Newest first. */
  list(query: JobQuery, limit: number): Promise<readonly Job[]>
  count(query: JobQuery): Promise<number>
  /** Ends one that still runs and was asked for after `since`; false: it is gone, has ended, or came too late. */
  end(job: Pick<Job, 'id' | 'state' | 'endedAt' | 'pages'>, since: number): Promise<boolean>
  remove(id: string): Promise<void>
  /** Forgets those that expired before `now`; at most `limit` at once. */
  removeExpired(now: number, limit: number): Promise<number>
}

/** Pages of results: written once, read rarely, gone after their lifetime. */
export type PageStore = {
  put(name: string, text: string, lifetimeSeconds: number): Promise<void>
  get(name: string): Promise<string | null>
  remove(name: string): Promise<void>
}
