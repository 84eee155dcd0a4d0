/**
 * One page of one job. D1 holds a job's whole progress: the next call of `advance` goes on from there, so
 * that a restart costs at most a page, and a job that is deleted meanwhile leaves nothing.
 */

import { denialOf, type Operation, within } from '../access/cases/operator-case.ts'
import { actAs } from '../access/principal.ts'
import { type Position, pauseAfter, type ReadSlice, readText } from '../kernel/fairness/list-slices.ts'
import { type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { type AskedRows, hasMissedDeadline, JOB_LIFETIME_SECONDS, type RunningJob } from './job.ts'
import { pageName, removePages } from './pages.ts'

/** The characters of JSON that a page holds, about. */
const PAGE_CHARACTERS = 1_024 * 1_024
/** No connection waits for a job: it leaves the thread to others for longer than a list does. */
const JOB_PAUSES = 2
/** A page that failed this often fails its job. */
const MAX_ATTEMPTS = 3

/** The rows that an operation asks for, as its dialect formats them. */
export type RowsOf = (operation: Operation, asked: AskedRows, now: number) => Promise<Outcome<ReadSlice>>

/**
 * Makes the next page of the organization's oldest job. Returns in how many milliseconds to call again; null: no job of it
 * runs. A failure is thrown, and counted as an attempt.
 */
export async function advance(ports: Ports, rowsOf: RowsOf, organization: number): Promise<number | null> {
  const begun = await ports.inTurn(() => begin(ports, rowsOf, organization))
  if (begun === null) return null
  const { job, read, position } = begun
  const page = read && position && (await rowsOfPage(ports, read, position))
  if (!page) {
    await fail(ports, job)
    return 0
  }
  await ports.pause(page.pause)
  await ports.inTurn(() => keepPage(ports, job, page))
  return page.pause
}

/** The organization's oldest job. `read` is null when its rows cannot be read, and never will be. */
async function begin(
  ports: Ports,
  rowsOf: RowsOf,
  organization: number,
): Promise<{
  readonly job: RunningJob
  readonly read: ReadSlice | null
  readonly position: Position | null
} | null> {
  const job = await ports.jobs.begin(organization)
  if (job === null) return null
  const { asked, position } = job
  if (job.attempts > MAX_ATTEMPTS || hasMissedDeadline(job, ports.now())) return { job, read: null, position }
  const operation = await requesterOf(ports, job)
  const read = operation.ok && asked ? await rowsOf(operation.value, asked, ports.now()) : null
  return { job, read: read?.ok ? read.value : null, position }
}

type Page = { readonly text: string; readonly next: Position | null; readonly pause: number }

async function keepPage(ports: Ports, job: RunningJob, { text, next }: Page): Promise<void> {
  const pages = text === '' ? job.pages : job.pages + 1
  if (text !== '') await ports.pages.put(pageName(job, job.pages), text, JOB_LIFETIME_SECONDS)
  const isKept = next
    ? await ports.jobs.proceed(job, pages, next)
    : await ports.jobs.finish(job, pages, ports.now())
  // One that was deleted meanwhile was deleted without this page.
  if (!isKept && !(await isThere(ports, job))) await removePages(ports, job, pages)
}

/** Rows until a page is full, and where the next page begins; null: they are refused. */
async function rowsOfPage(ports: Ports, read: ReadSlice, beginning: Position): Promise<Page | null> {
  const texts: string[] = []
  let characters = 0
  let pause = 0
  let next: Position | null = beginning.wanted > 0 ? beginning : null
  while (next !== null && characters < PAGE_CHARACTERS) {
    await ports.pause(pause)
    const at: Position = next
    let tookMilliseconds = 0
    const slice = await ports.inTurn(async () => {
      const since = ports.now()
      const done = await readText(read, at)
      tookMilliseconds = ports.now() - since
      return done
    })
    if (!slice.ok) return null
    const { text } = slice.value
    if (text !== '') texts.push(text)
    characters += text.length
    pause = JOB_PAUSES * pauseAfter(text.length, tookMilliseconds)
    next = slice.value.next
  }
  return { text: texts.join(','), next, pause }
}

async function fail(ports: Ports, job: RunningJob): Promise<void> {
  await ports.jobs.fail(job.id, ports.now())
  await removePages(ports, job, job.pages)
}

async function isThere(ports: Ports, { id, organization, requester }: RunningJob): Promise<boolean> {
  return (await ports.jobs.find({ organization, requester, now: ports.now() }, id)) !== null
}

/** Who asked, as what they are now; refused, when they are gone or may not any more. */
async function requesterOf(ports: Ports, job: RunningJob): Promise<Outcome<Operation>> {
  const { organization, requester, asked, permission } = job
  const principal = await ports.credentials.findPrincipal(organization, requester)
  if (!principal || !asked) return refuse({ kind: 'credential_invalid' })
  const actor = actAs(ports.roles, principal, asked.by, asked.request.address)
  if (!actor.ok) return actor
  const operation = { actor: actor.value, request: asked.request }
  const refusal = permission && denialOf(operation, within(permission))
  return refusal ?? ok(operation)
}
