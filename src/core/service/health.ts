import { NotReady } from '../not-ready.ts'
import type { Ports } from '../ports.ts'

export type Health = {
  readonly isReady: boolean
  /** Age of the oldest change that D1 refuses to take; null: nothing is stuck. */
  readonly oldestOutboxSeconds: number | null
  /** Changes that D1 refused for good. */
  readonly deadRows: number
  /** Why it is not ready. */
  readonly reason: string | null
}

/** Whether requests can be served: the keyring opens and D1 answers. */
export async function health(ports: Ports): Promise<Health> {
  try {
    await ports.keyring()
    const { oldestAt, dead } = await ports.catalogue.outboxHealth()
    const oldestOutboxSeconds =
      oldestAt === null ? null : Math.max(0, Math.round((ports.now() - oldestAt) / 1_000))
    return { isReady: true, oldestOutboxSeconds, deadRows: dead, reason: null }
  } catch (error) {
    // Any other error's message is not for everybody: it may quote a query and what is in it.
    const reason = error instanceof NotReady ? error.message : 'D1 does not answer'
    return { isReady: false, oldestOutboxSeconds: null, deadRows: 0, reason }
  }
}
