import { memberCase } from '../access/cases/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import { removePages } from './pages.ts'
import { getJob } from './read.ts'

/** Forgets one of the caller's own jobs, and its result. A job belongs to its requester alone and has no event. */
export const deleteJob = memberCase(async (ports, operation, id: string): Promise<Outcome<null>> => {
  const found = await getJob(ports, operation, id)
  if (!found.ok) return found
  const pages = await ports.jobs.remove(id)
  await removePages(ports, { id }, pages ?? 0)
  return ok(null)
})
