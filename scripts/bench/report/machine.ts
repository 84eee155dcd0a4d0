import { cpus, totalmem } from 'node:os'

export type Machine = { readonly description: string; readonly date: string }

const GIBIBYTE = 1024 ** 3

/** Figures mean nothing without the machine that they are of. */
export function machine(): Machine {
  const processors = cpus()
  const memory = Math.round(totalmem() / GIBIBYTE)
  const date = new Date().toISOString().slice(0, 10)
  const size = `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${memory} GiB`
  return { date, description: `${date}, ${size}, ${process.platform}, Node ${process.versions.node}` }
}
