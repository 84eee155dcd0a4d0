/** How much of the machine a process got: what else runs there lengthens every wait, and says nothing about the process. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of all its threads, since they began. */
export type ProcessorTimes = { readonly ranNs: number; readonly waitedNs: number }

/** @returns null where the kernel does not count it, and when the process has ended */
export function processorTimesOf(pid: number): ProcessorTimes | null {
  try {
    const folder = `/proc/${pid}/task`
    const threads = readdirSync(folder).map((thread) =>
      readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ').map(Number),
    )
    const sum = (field: number) => threads.reduce((total, fields) => total + (fields[field] ?? 0), 0)
    return { ranNs: sum(0), waitedNs: sum(1) }
  } catch {
    return null
  }
}

/** By what factor its work lasted longer than on a machine of its own; 1 where that is unknown. */
export function stretchBetween(before: ProcessorTimes | null, after: ProcessorTimes | null): number {
  if (before === null || after === null) return 1
  const ran = after.ranNs - before.ranNs
  const waited = after.waitedNs - before.waitedNs
  return ran > 0 && waited > 0 ? (ran + waited) / ran : 1
}
