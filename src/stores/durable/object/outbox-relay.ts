/**
 * Brings D1 what an object decided, again and again until D1 has it. Never throws: what fails stays, and is tried again.
 */
import { errorLine, errorName } from '../../../core/kernel/log-line.ts'
import { type Purpose, retryWait } from './alarm-clock.ts'

/** What waits for D1. */
export type OutboxSource = {
  /** For the log. */
  readonly name: string
  isEmpty(): boolean
  /** Delivers what waits. True: nothing waits any longer, or what does is set aside. */
  drain(): Promise<boolean>
}

export class OutboxRelay implements Purpose {
  #source: OutboxSource | null = null
  #line: Promise<void> = Promise.resolve()
  #failures = 0
  #dueAt: number | null = null

  open(source: OutboxSource): void {
    this.#source ??= source
  }

  get name(): string {
    return this.#source?.name ?? 'outbox'
  }

  get isEmpty(): boolean {
    return !this.#source || this.#source.isEmpty()
  }

  dueAt(): number | null {
    // Never later than this, which it would be of a wall clock that has stepped back.
    const latest = Date.now() + retryWait(this.#failures)
    if (this.#dueAt === null && this.isEmpty) return null
    this.#dueAt = Math.min(this.#dueAt ?? latest, latest)
    return this.#dueAt
  }

  async run(): Promise<void> {
    await this.flush()
    this.#dueAt = null
  }

  /** Delivers what waits, after any delivery that is under way. Resolves when D1 has it or refused; never rejects. */
  flush(): Promise<void> {
    this.#line = this.#line
      .then(async () => {
        const isThrough = (await this.#source?.drain()) ?? true
        this.#failures = isThrough ? 0 : this.#failures + 1
      })
      .catch((error: unknown) => {
        this.#failures++
        console.error(errorLine('a delivery broke off', { object: this.name, error: errorName(error) }))
      })
    return this.#line
  }
}
