import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What a process has used since its start. */
export type Usage = { readonly cpuSeconds: number; readonly residentBytes: number }

const QUIET_MS = 150
const QUIET_SHARE = 0.1
const DEADLINE_MS = 60_000

export function usageOf(pid: number): Usage {
  return process.platform === 'linux' ? usageOnLinux(pid) : usageByPs(pid)
}

/** CPU time of several processes together: of all that serves. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + usageOf(pid).cpuSeconds, 0)
}

/** Waits until the processes have next to nothing to do: until what was put off (delivery to D1) is done. */
export async function waitUntilQuiet(pids: readonly number[], deadlineMs = DEADLINE_MS): Promise<void> {
  const deadline = Date.now() + deadlineMs
  let before = cpuSecondsOf(pids)
  while (Date.now() < deadline) {
    await delay(QUIET_MS)
    const now = cpuSecondsOf(pids)
    if ((now - before) * 1_000 < QUIET_MS * QUIET_SHARE) return
    before = now
  }
  throw new Error(`processes ${pids.join(', ')} are still busy after ${deadlineMs / 1000} s`)
}

// proc(5): clock ticks are 1/100 s on every Linux that Node runs on.
const TICKS_A_SECOND = 100

function usageOnLinux(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command (field 2) may hold spaces, so fields are counted from its closing parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    residentBytes: Number(resident) * 1024,
  }
}

function usageByPs(pid: number): Usage {
  const text = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' })
  const [resident, time = ''] = text.trim().split(/\s+/)
  const cpuSeconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return { cpuSeconds, residentBytes: Number(resident) * 1024 }
}
