import { readFileSync, writeFileSync } from 'node:fs'
import { usageOf } from '../../bench/subjects/usage.ts'

export type MemoryWatch = {
  /** The peak of resident memory since the watch began, in bytes; null when the process has ended. */
  end(): number | null
}

const SAMPLE_MS = 100

/** Reads the kernel's peak where it can be reset (proc(5), clear_refs), and samples elsewhere. */
export function watchMemory(pid: number): MemoryWatch {
  const isReset = resetPeak(pid)
  let highest = 0
  const sample = () => {
    highest = Math.max(highest, residentBytes(pid) ?? 0)
  }
  const timer = isReset ? undefined : setInterval(sample, SAMPLE_MS)
  sample()
  return {
    end() {
      clearInterval(timer)
      return isReset ? peakBytes(pid) : residentBytes(pid) && highest
    },
  }
}

function resetPeak(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    return true
  } catch {
    return false
  }
}

function peakBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1_024
  } catch {
    return null
  }
}

export function residentBytes(pid: number): number | null {
  try {
    return usageOf(pid).residentBytes
  } catch {
    return null
  }
}
