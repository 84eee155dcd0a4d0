/**
 * Promise 5: acknowledged is durable. Requests wait in an array; one flush runs them all in one outer transaction, each
 * in a nested one of its own or as a draft, and their promises settle only after the outer one returned. (Settling inside
 * and then throwing would acknowledge rows that are rolled back.)
 */
export const MAX_WAITING = 2_000

/** A flush that has so many does not wait for more. */
const FULL_FLUSH = 64

/** Decisions that are not written yet. */
export type Drafts = { write(now: number): void }

/** Runs inside the flush, never at enqueue: what it reads is what it changes. */
type Task<D> =
  | { readonly kind: 'work'; readonly work: (now: number) => unknown }
  | { readonly kind: 'draft'; readonly open: () => D; readonly work: (drafts: D, now: number) => unknown }

type Waiter<D> = {
  readonly task: Task<D>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

type Hooks = {
  /** Joins each flush's transaction, after the waiters. */
  readonly joining: (now: number) => void
  /** Right after the transaction and before anybody is told; in the same turn, so that it is as durable. */
  readonly committed: () => void
}

export class GroupCommit<D extends Drafts = Drafts> {
  readonly #storage: DurableObjectStorage
  readonly #hooks: Hooks
  #waiting: Waiter<D>[] = []
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
    return this.#enqueue({ kind: 'work', work })
  }

  /**
   * For work of which much comes at once: it decides, and leaves the writing to the drafts, which write for all of it by a
   * few statements. One that throws rejects only itself, too, and must have left nothing in the drafts.
   */
  draft<T>(open: () => D, work: (drafts: D, now: number) => T): Promise<T> {
    return this.#enqueue({ kind: 'draft', open, work })
  }

  #enqueue<T>(task: Task<D>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setTimeout(() => this.#gather(0), 0)
      this.#waiting.push({ task, resolve, reject })
    })
  }

  /** While more come at every turn, one commit may as well serve them all: it costs more than what it writes. */
  #gather(before: number): void {
    const { length } = this.#waiting
    if (length === before || length >= FULL_FLUSH) this.#flush()
    else setTimeout(() => this.#gather(length), 0)
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    const now = this.now()
    const settle: (() => void)[] = []
    try {
      this.#storage.transactionSync(() => {
        let drafts: D | null = null
        for (const { task, resolve, reject } of waiting) {
          // A work sees what was decided before it, and takes none of that back when it throws.
          if (task.kind === 'work') {
            drafts?.write(now)
            drafts = null
          } else {
            drafts ??= task.open()
          }
          try {
            const value = this.#perform(task, drafts, now)
            settle.push(() => resolve(value as never))
          } catch (error) {
            settle.push(() => reject(error))
          }
        }
        drafts?.write(now)
        this.#hooks.joining(now)
      })
      this.#hooks.committed()
    } catch (error) {
      for (const { reject } of waiting) reject(error)
      return
    }
    for (const acknowledge of settle) acknowledge()
  }

  #perform(task: Task<D>, drafts: D | null, now: number): unknown {
    if (task.kind === 'work') return this.#storage.transactionSync(() => task.work(now))
    return drafts && task.work(drafts, now)
  }
}
