import { BoundedMap } from '../../../core/kernel/bounded-map.ts'
import type { LedgerStore } from './tables/ledger-store.ts'

const WRITE_EVERY_MILLISECONDS = 60_000

const MAX_REMEMBERED = 10_000

/** Heartbeats stay in memory and ride the next flush: at most a row a minute for each agent. */
export class Heartbeats {
  /** Forgetting the oldest costs nothing but freshness: what is due is still written. */
  readonly #seen = new BoundedMap<number, number>(MAX_REMEMBERED)
  #due = new Set<number>()

  /** True: this one should be written soon. */
  beat(agent: number, writtenAt: number, now: number): boolean {
    this.#seen.set(agent, now)
    const isDue = now - writtenAt >= WRITE_EVERY_MILLISECONDS && !this.#due.has(agent)
    if (isDue) this.#due.add(agent)
    return isDue
  }

  /** When the agent was last seen, if that is later than what was written. */
  lastSeen(agent: number, writtenAt: number): number {
    return Math.max(writtenAt, this.#seen.get(agent) ?? 0)
  }

  /** Inside a flush's transaction. */
  write(store: LedgerStore, now: number): void {
    if (this.#due.size === 0) return
    const due = [...this.#due]
    this.#due = new Set()
    const beaten = due.map((n) => [n, this.#seen.get(n) ?? now])
    store.sql.exec(
      `UPDATE agents SET seen_at = value ->> 1, version = version + 1
       FROM json_each(?) WHERE n = value ->> 0 AND state = 'active'`,
      JSON.stringify(beaten),
    )
    for (const n of due) store.enqueue(now, 'agent', n)
  }
}
