/**
 * Promise 5: acknowledged is durable. Requests wait in an array; one flush runs them all in one outer transaction,
 * each in a nested one of its own, and their promises settle only after the outer one returned. (Settling inside
 * and then throwing would acknowledge rows that are rolled back.)
 */
export const MAX_WAITING = 2_000

type Waiter = {
  /** Runs inside the flush, never at enqueue: what it reads is what it changes. */
  readonly work: (now: number) => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

type Hooks = {
  /** Joins each flush's transaction, after the waiters. */
  readonly joining: (now: number) => void
  /** Right after the transaction and before anybody is told; in the same turn, so that it is as durable. */
  readonly committed: () => void
}

export class GroupCommit {
  readonly #storage: DurableObjectStorage
  readonly #hooks: Hooks
  #waiting: Waiter[] = []
  #clock: number

  /**
   * @param clock the last time that this storage has seen, in Unix milliseconds: time never runs backwards
   */
  constructor(storage: DurableObjectStorage, clock: number, hooks: Hooks) {
    this.#storage = storage
    this.#clock = clock
    this.#hooks = hooks
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING
  }

  /** The ledger's time: read once a flush, and never earlier than before. */
  now(): number {
    this.#clock = Math.max(Date.now(), this.#clock)
    return this.#clock
  }

  /** Resolves with the work's result once that is durable; a work that throws rejects only itself. */
  run<T>(work: (now: number) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setTimeout(() => this.#flush(), 0)
      this.#waiting.push({ work, resolve, reject })
    })
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    const now = this.now()
    const settle: (() => void)[] = []
    try {
      this.#storage.transactionSync(() => {
        for (const { work, resolve, reject } of waiting) {
          try {
            const value = this.#storage.transactionSync(() => work(now))
            settle.push(() => resolve(value as never))
          } catch (error) {
            settle.push(() => reject(error))
          }
        }
        this.#hooks.joining(now)
      })
      this.#hooks.committed()
    } catch (error) {
      for (const { reject } of waiting) reject(error)
      return
    }
    for (const acknowledge of settle) acknowledge()
  }
}
