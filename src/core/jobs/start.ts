import type { Permission } from '../access/permission.ts'
import { causeOf, type Operation } from '../access/require.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import {
  JOB_DEADLINE_MILLISECONDS,
  JOB_LIFETIME_SECONDS,
  type Job,
  MAX_JOB_ROWS,
  MAX_JOBS_OF_REQUESTER,
} from './job.ts'
import { pageName } from './read.ts'

/** A page holds rows of about so many characters: an isolate has 128 MiB, and a value of KV at most 25. */
const PAGE_CHARACTERS = 4 * 1024 * 1024

/** Rows, slice after slice, as the wire has them; a refusal ends the job. */
export type Rows = AsyncIterable<Outcome<readonly unknown[]>>

/** Starts making a collection; answers before it is made. What lists the rows asks for its permission itself. */
export async function start(
  ports: Ports,
  operation: Operation,
  input: { readonly subject: string; readonly permission: Permission | null; readonly rows: Rows },
): Promise<Outcome<Job>> {
  const now = ports.now()
  const { organization, principal } = operation.actor
  const job: Job = {
    id: crypto.randomUUID(),
    organization,
    requester: principal,
    requestedBy: causeOf(operation).actor,
    subject: input.subject,
    permission: input.permission,
    state: 'running',
    requestedAt: now,
    endedAt: null,
    expiresAt: now + JOB_LIFETIME_SECONDS * 1_000,
    pages: 0,
  }
  if (!(await ports.jobs.add(job, MAX_JOBS_OF_REQUESTER)))
    return refuse({ kind: 'limit_reached', what: 'job' })
  ports.background(() => run(ports, job, input.rows))
  return ok(job)
}

async function run(ports: Ports, job: Job, rows: Rows): Promise<void> {
  const end = (state: 'done' | 'failed', pages: number) => {
    const endedAt = ports.now()
    return ports.jobs.end({ id: job.id, state, endedAt, pages }, endedAt - JOB_DEADLINE_MILLISECONDS)
  }
  try {
    const pages = await writePages(ports, job, rows)
    await end(pages === null ? 'failed' : 'done', pages ?? 0)
  } catch (error) {
    await end('failed', 0)
    throw error
  }
}

/** Their number; null: the rows were refused. */
async function writePages(ports: Ports, job: Job, rows: Rows): Promise<number | null> {
  let page: string[] = []
  let [characters, pages, count] = [0, 0, 0]
  const flush = async () => {
    await ports.pages.put(pageName(job, pages), page.join(','), JOB_LIFETIME_SECONDS)
    pages += 1
    page = []
    characters = 0
  }
  for await (const slice of rows) {
    if (!slice.ok) return null
    for (const row of slice.value.slice(0, MAX_JOB_ROWS - count)) {
      const text = JSON.stringify(row)
      page.push(text)
      characters += text.length
      count += 1
      if (characters >= PAGE_CHARACTERS) await flush()
    }
    if (count === MAX_JOB_ROWS) break
  }
  if (page.length > 0) await flush()
  return pages
}
