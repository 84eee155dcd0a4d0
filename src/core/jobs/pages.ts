import type { Ports } from '../ports.ts'
import type { Job } from './job.ts'

export function pageName({ id }: Pick<Job, 'id'>, number: number): string {
  return `job:${id}:${number}`
}

/** Removes the first `pages` of a result. */
export async function removePages(ports: Ports, job: Pick<Job, 'id'>, pages: number): Promise<void> {
  const names = Array.from({ length: pages }, (_, number) => pageName(job, number))
  await Promise.all(names.map((name) => ports.pages.remove(name)))
}
