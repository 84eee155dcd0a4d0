import { waitUntil } from 'cloudflare:workers'

/** Lets work go on after its request was answered; on Cloudflare for 30 seconds. A failure is logged, without its message. */
export function background(work: () => Promise<void>): void {
  waitUntil(
    work().catch((error: unknown) => {
      const { name, stack = '' } = error instanceof Error ? error : new Error()
      const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
      console.error(`work in the background failed: ${name} ${frames.slice(0, 5).join(' ').trim()}`)
    }),
  )
}
