import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'

/** Resolves with its exit code; by a signal, 128 and its number, as shells do. Rejects when it cannot be started. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  // The terminal sends a signal to both; one that is sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
