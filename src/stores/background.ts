import { waitUntil } from 'cloudflare:workers'
import { errorLine, errorName } from '../core/kernel/log-line.ts'

/** Keeps the isolate until the work is done; no answer waits for it, and only the log has its failure. */
export function background(work: () => Promise<unknown>): void {
  waitUntil(
    work().catch((error: unknown) => {
      console.error(errorLine('background task failed', { error: errorName(error) }))
    }),
  )
}

/** Keeps the isolate at a request's work when its client goes away. */
export function keepAlive(work: Promise<unknown>): void {
  waitUntil(work)
}

/** Lets the event loop turn to others. */
export function pause(milliseconds: number): Promise<void> {
  return scheduler.wait(milliseconds)
}

/** The work's result; null: it takes longer. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  const over = Promise.withResolvers<null>()
  const timer = setTimeout(() => over.resolve(null), milliseconds)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    // One that goes off finds the request answered, and takes as long as to answer a short one.
    clearTimeout(timer)
  }
}
