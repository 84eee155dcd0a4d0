/**
 * Brings D1 what an object decided, again and again until D1 has it. Never throws: what fails stays, and is tried again.
 */
const MIN_RETRY_MILLISECONDS = 1_000
const MAX_RETRY_MILLISECONDS = 5 * 60_000

/** What waits for D1. */
export type Cargo = {
  /** For the log. */
  readonly name: string
  isEmpty(): boolean
  /** Delivers what waits. True: nothing waits any longer, or what does is set aside. */
  drain(): Promise<boolean>
}

export class Courier {
  readonly #storage: DurableObjectStorage
  #cargo: Cargo | null = null
  #line: Promise<void> = Promise.resolve()
  #failures = 0
  #isAlarmSet = false

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  open(cargo: Cargo): void {
    this.#cargo ??= cargo
  }

  get isEmpty(): boolean {
    return !this.#cargo || this.#cargo.isEmpty()
  }

  /** Sees to it that an alarm will deliver what waits. By the wall clock: the object's own may be ahead of it. */
  arm(): void {
    if (this.#isAlarmSet || this.isEmpty) return
    this.#isAlarmSet = true
    const wait = Math.min(MAX_RETRY_MILLISECONDS, MIN_RETRY_MILLISECONDS * 2 ** this.#failures)
    this.#storage.setAlarm(Date.now() + wait).catch(() => {
      this.#isAlarmSet = false
    })
  }

  /** When no alarm is pending: after one has rung, and after a restart, which may have lost it. */
  rearm(): void {
    this.#isAlarmSet = false
    this.arm()
  }

  /** Delivers what waits, after any delivery that is under way. Resolves when D1 has it or refused; never rejects. */
  flush(): Promise<void> {
    this.#line = this.#line
      .then(async () => {
        const isThrough = (await this.#cargo?.drain()) ?? true
        this.#failures = isThrough ? 0 : this.#failures + 1
      })
      .catch((error: unknown) => {
        this.#failures++
        const name = error instanceof Error ? error.name : ''
        console.error(`${this.#cargo?.name}: a delivery broke off: ${name}`)
      })
    return this.#line
  }
}
