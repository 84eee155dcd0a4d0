import type { Book } from './book.ts'

const WRITE_EVERY_MILLISECONDS = 60_000

/** Heartbeats stay in memory and ride the next flush: at most a row a minute for each agent. */
export class Heartbeats {
  #beaten = new Map<number, number>()

  /** True: this one should be written soon. */
  beat(agent: number, writtenAt: number, now: number): boolean {
    const isDue = now - writtenAt >= WRITE_EVERY_MILLISECONDS && !this.#beaten.has(agent)
    if (isDue) this.#beaten.set(agent, now)
    return isDue
  }

  /** Inside a flush's transaction. */
  write(book: Book, now: number): void {
    if (this.#beaten.size === 0) return
    const beaten = [...this.#beaten]
    this.#beaten = new Map()
    book.sql.exec(
      `UPDATE agents SET seen_at = value ->> 1, version = version + 1
       FROM json_each(?) WHERE n = value ->> 0 AND state = 'active'`,
      JSON.stringify(beaten),
    )
    for (const [n] of beaten) book.note(now, 'agent', n)
  }
}
