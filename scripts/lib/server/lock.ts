// Promise: never two runtimes on one state.
// Three things hold it. A mutex that dies with the runner decides who may start. The lock file says who that is, and
// gives the start its nonce. Every workerd carries the mark of its state in its environment from its first
// instruction, so a start finds one that was left behind even when its pid was never written down.

import { randomBytes } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Refusal } from '../cli/refusal.ts'
import { readFileIfThere, writePrivateFile } from '../state/private-file.ts'
import { takeMutex } from './mutex.ts'
import { endProcess, identify, isRunning, type ProcessIdentity, processesWith } from './processes.ts'

const STATE_MARK = 'LATCHKEY_STATE'

const identity = z.object({ pid: z.int().positive(), started: z.string() })
const lockFile = z.object({
  nonce: z.string(),
  runner: identity,
  workerd: identity.nullable(),
  /** The address for clients, and the one that answers on this machine without TLS: null until it can serve. */
  url: z.string().nullable(),
  local: z.string().nullable(),
})
export type LockFile = z.infer<typeof lockFile>

export type Lock = {
  /** Random for each start. */
  readonly nonce: string
  /** What the workerd of this start must have in its environment. */
  readonly mark: Readonly<Record<string, string>>
  /** Writes down the workerd that runs now. */
  nameWorkerd(): void
  nameAddresses(addresses: { readonly url: string; readonly local: string }): void
  release(): void
}

/** Takes the state for this process, and ends what an earlier start left on it. A Refusal while another one has it. */
export async function takeLock(data: string): Promise<Lock> {
  const mutex = takeMutex(join(data, 'lock.sqlite'))
  if (mutex === null) throw new Refusal(`another Latchkey${describe(readLock(data))} is running on ${data}`)
  try {
    const previous = readLock(data)
    // Only when the mutex's file was removed under a running server.
    if (previous !== null && isRunning(previous.runner)) {
      throw new Refusal(`another Latchkey${describe(previous)} is running on ${data}`)
    }
    // The old file stays until its workerd is gone: should this start die here, the next one still reads of it.
    await endLeftOvers(data, previous)
    return holdLock(data, mutex.release)
  } catch (error) {
    mutex.release()
    throw error
  }
}

/** Null when there is none, or none that can be read. */
export function readLock(data: string): LockFile | null {
  const text = readFileIfThere(join(data, 'lock'))
  if (text === null) return null
  try {
    return lockFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Every workerd that runs on this state, of any user. */
export function findWorkerds(data: string): readonly ProcessIdentity[] {
  return processesWith(STATE_MARK, stateOf(data))
}

function holdLock(data: string, releaseMutex: () => void): Lock {
  const path = join(data, 'lock')
  const runner = identify(process.pid)
  if (runner === null) throw new Error('this process cannot read its own start time')
  let file: LockFile = {
    nonce: randomBytes(32).toString('base64url'),
    runner,
    workerd: null,
    url: null,
    local: null,
  }
  const write = (change: Partial<LockFile>) => {
    file = { ...file, ...change }
    writePrivateFile(path, `${JSON.stringify(file)}\n`)
  }
  write({})
  return {
    nonce: file.nonce,
    mark: { [STATE_MARK]: stateOf(data) },
    nameWorkerd: () => write({ workerd: findWorkerds(data)[0] ?? null }),
    nameAddresses: (addresses) => write(addresses),
    release() {
      rmSync(path, { force: true })
      releaseMutex()
    },
  }
}

/** The caller has the mutex, so no runner lives, and every workerd of this state is a left-over. */
async function endLeftOvers(data: string, previous: LockFile | null): Promise<void> {
  const named = previous?.workerd ?? null
  await Promise.all([...(named === null ? [] : [named]), ...findWorkerds(data)].map(endProcess))
}

// The folder itself, not its path: a path means another folder in another container.
function stateOf(data: string): string {
  const { dev, ino } = statSync(data)
  return `${dev}:${ino}`
}

function describe(lock: LockFile | null): string {
  if (lock === null || !isRunning(lock.runner)) return ''
  return ` (process ${lock.runner.pid}${lock.url === null ? '' : `, ${lock.url}`})`
}
