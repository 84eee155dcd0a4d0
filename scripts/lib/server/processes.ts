import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../cli/refusal.ts'

/** A pid alone names the process that has it now; with the moment of its start it names one process for ever. */
export type ProcessIdentity = { readonly pid: number; readonly started: string }

const TERM_GRACE_MS = 2_000
const KILL_GRACE_MS = 10_000
const HAS_PROC = process.platform === 'linux'

/** Null when no such process runs. */
export function identify(pid: number): ProcessIdentity | null {
  const started = HAS_PROC ? startOnLinux(pid) : startByPs(pid)
  return started === null ? null : { pid, started }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started
}

/** The processes that were started with `name=value` in their environment. */
export function processesWith(name: string, value: string): readonly ProcessIdentity[] {
  const pids = HAS_PROC ? pidsOnLinux(`${name}=${value}`) : pidsByPs(`${name}=${value}`)
  return pids.flatMap((pid) => identify(pid) ?? [])
}

/** SIGTERM, then SIGKILL; resolves when it is gone, so that what it held is free. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  for (const [signal, graceMs] of [
    ['SIGTERM', TERM_GRACE_MS] as const,
    ['SIGKILL', KILL_GRACE_MS] as const,
  ]) {
    const deadline = Date.now() + graceMs
    // Proved again right before the signal: the pid may have passed to another process.
    if (isRunning(identity)) signalIfThere(identity.pid, signal)
    while (isRunning(identity) && Date.now() < deadline) await delay(20)
    if (!isRunning(identity)) return
  }
  throw new Refusal(`process ${identity.pid}, left over from an earlier start, cannot be ended`)
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It went first, or is not ours to end; the wait tells the two apart.
  }
}

/** proc(5): the command (field 2) may hold spaces and parentheses, so fields are counted from its last one. */
function startOnLinux(pid: number): string | null {
  const stat = readProc(`${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, threads, started] = [fields[0], fields[17], fields[19]]
  // A zombie holds nothing any more, once its last thread has ended; under an init that never reaps, it stays.
  if ((state === 'Z' || state === 'X') && Number(threads) <= 1) return null
  return `${readProc('sys/kernel/random/boot_id')?.trim() ?? ''}:${started}`
}

function startByPs(pid: number): string | null {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return text.trim() || null
  } catch {
    return null
  }
}

function pidsOnLinux(variable: string): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => readProc(`${entry}/environ`)?.split('\0').includes(variable))
    .map(Number)
}

function pidsByPs(variable: string): readonly number[] {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.split(/\s+/).includes(variable)).map((line) => Number.parseInt(line, 10))
}

// Processes end while they are read, and other users' environments are closed to us: both read as nothing.
function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return null
  }
}
