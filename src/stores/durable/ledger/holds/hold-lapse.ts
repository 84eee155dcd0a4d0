import type { SteadyClock } from '../../../../core/kernel/time/steady-clock.ts'
import type { Purpose } from '../../object/alarm-clock.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { selectKey, selectKeys } from '../tables/queries.ts'
import { toKey } from '../tables/rows.ts'
import { deleteLapsed, enqueueReturn, LAPSE, writeHeld } from './holds.ts'
import { endPause } from './pauses.ts'

/**
 * Returns what was held for too long, and lets paused keys go on, also when no machine asks: the console and D1 show it then.
 * A redemption does not wait for it: it looks for itself.
 */
export class HoldLapse implements Purpose {
  readonly name = 'holds'
  readonly #store: LedgerStore
  readonly #clock: SteadyClock
  readonly #commit: (work: (now: number) => void) => Promise<unknown>

  constructor(
    store: LedgerStore,
    clock: SteadyClock,
    commit: (work: (now: number) => void) => Promise<unknown>,
  ) {
    this.#store = store
    this.#clock = clock
    this.#commit = commit
  }

  dueAt(): number | null {
    const at = this.#store.nextEnd()
    return at === null ? null : this.#clock.wallOf(at)
  }

  async run(): Promise<void> {
    await this.#commit((now) => lapseAll(this.#store, now))
  }
}

/** In the caller's commit. */
function lapseAll(store: LedgerStore, now: number): void {
  const holding = store.sql
    .exec<{ n: number }>('SELECT n FROM keys WHERE hold_ends_at IS NOT NULL AND hold_ends_at <= ?', now)
    .toArray()
  for (const { n } of holding) {
    const lapsed = deleteLapsed(store.sql, n, now)
    writeHeld(store, n, -lapsed)
    const row = selectKey(store.sql, n)
    if (row) enqueueReturn(store, now, toKey(store.ledger, row), lapsed, 'lapsed', LAPSE)
  }
  const paused = store.sql
    .exec<{ n: number }>('SELECT n FROM keys WHERE resumes_at IS NOT NULL AND resumes_at <= ?', now)
    .toArray()
  for (const row of selectKeys(
    store.sql,
    paused.map(({ n }) => n),
  )) {
    endPause(store, now, toKey(store.ledger, row), LAPSE)
  }
}
