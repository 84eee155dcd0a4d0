import { denialOf, memberCase, type Operation, within } from '../access/cases/operator-case.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { type Job, jobAt } from './job.ts'
import { pageName } from './pages.ts'
import type { JobQuery } from './port.ts'

/** One of the caller's own jobs. */
export const getJob = memberCase(async (ports, operation, id: string): Promise<Outcome<Job>> => {
  const query = ownBy(ports, operation)
  const found = await ports.jobs.find(query, id)
  return found ? ok(jobAt(found, query.now)) : notFound('job')
})

/** The caller's own jobs, newest first. */
export const listJobs = memberCase(
  async (ports, operation, limit: number): Promise<Outcome<readonly Job[]>> => {
    const query = ownBy(ports, operation)
    const found = await ports.jobs.list(query, limit)
    return ok(found.map((job) => jobAt(job, query.now)))
  },
)

export const countJobs = memberCase(
  async (ports, operation): Promise<Outcome<number>> => ok(await ports.jobs.count(ownBy(ports, operation))),
)

/** The result of a job that is done, as the chunks of one JSON array. What is no longer permitted is no longer shown. */
export const getJobResult = memberCase(
  async (ports, operation, id: string): Promise<Outcome<AsyncIterable<string>>> => {
    const found = await getJob(ports, operation, id)
    if (!found.ok) return found
    const job = found.value
    if (job.state !== 'done') return notFound('job')
    const refusal = job.permission === null ? null : denialOf(operation, within(job.permission))
    return refusal ?? ok(chunks(ports, job))
  },
)

/** A page that is not there breaks the answer off: half a collection must not look like a whole one. */
async function* chunks(ports: Ports, job: Job): AsyncGenerator<string> {
  yield '['
  for (let number = 0; number < job.pages; number++) {
    const page = await ports.pages.get(pageName(job, number))
    if (page === null) throw new Error(`page ${number} of job ${job.id} is not there`)
    yield number === 0 ? page : `,${page}`
  }
  yield ']'
}

function ownBy(ports: Ports, { actor }: Operation): JobQuery {
  return { organization: actor.organization, requester: actor.principal, now: ports.now() }
}
