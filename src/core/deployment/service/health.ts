import { openCase } from '../../access/cases/open-case.ts'
import { NotReady } from '../../kernel/not-ready.ts'
import { aheadAt, NOTABLY_AHEAD_MILLISECONDS } from '../../kernel/time/steady-clock.ts'
import type { Ports } from '../../ports.ts'
import type { StorageState } from './storage-probe.ts'

export type Health = {
  readonly isReady: boolean
  /** Age of the oldest change that D1 refuses to take; null: nothing is stuck. */
  readonly oldestOutboxSeconds: number | null
  /** Changes that D1 refused for good. */
  readonly deadRows: number
  /** By how much a ledger's or an inbox's clock is ahead of the wall clock, which has stepped back; null: by none, or little. */
  readonly clockAheadSeconds: number | null
  /** The size of D1, which has a limit (docs/reference/limits-and-cost.md); null: unknown. */
  readonly databaseBytes: number | null
  /** Why it is not ready. */
  readonly reason: string | null
}

const NO_ANSWER = 'D1 does not answer: it may be out of reach, or its disk full or damaged'
const NOT_WRITABLE: Readonly<Record<Exclude<StorageState, 'writable'>, string>> = {
  unwritable: 'Nothing can be written: the disk may be full, read-only or damaged',
  foreign: 'D1 is not the one of this deployment: restore that, or deploy under another name',
}

/** What cannot be read while it is not ready. */
const UNKNOWN = { oldestOutboxSeconds: null, deadRows: 0, clockAheadSeconds: null, databaseBytes: null }

/** Whether requests can be served: the keyring opens, D1 answers, and what is decided can be written. */
export const checkHealth = openCase(async (ports): Promise<Health> => {
  try {
    await ports.keyring()
    const { oldestAt, dead, databaseBytes } = await ports.catalogue.outboxHealth()
    const oldestOutboxSeconds =
      oldestAt === null ? null : Math.max(0, Math.round((ports.now() - oldestAt) / 1_000))
    const clockAheadSeconds = await secondsAhead(ports)
    const state = await ports.storage()
    const reason = state === 'writable' ? null : NOT_WRITABLE[state]
    return {
      isReady: reason === null,
      oldestOutboxSeconds,
      deadRows: dead,
      clockAheadSeconds,
      databaseBytes,
      reason,
    }
  } catch (error) {
    // Any other error's message stays inside: it may quote a query and its values.
    const reason = error instanceof NotReady ? error.message : NO_ANSWER
    return { ...UNKNOWN, isReady: false, reason }
  }
})

async function secondsAhead(ports: Ports): Promise<number | null> {
  const wall = ports.now()
  const ahead = aheadAt((await ports.catalogue.clocksAgreeAt(wall)) ?? 0, wall)
  return ahead > NOTABLY_AHEAD_MILLISECONDS ? Math.round(ahead / 1_000) : null
}
