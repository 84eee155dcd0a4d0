import type { SteadyClock } from '../../../core/kernel/time/steady-clock.ts'

/**
 * Promise 5 (docs/concepts.md#promises): acknowledged is durable. Requests wait in an array; one flush runs them all in
 * one outer transaction, each in a nested one of its own or together with its like, and their promises settle only
 * after the outer one returned. (Settling inside and then throwing would acknowledge rows that are rolled back.)
 */
export const MAX_WAITING = 2_000

/** A flush that has this many does not wait for more. */
const FULL_FLUSH = 64

/**
 * Decides many requests of one kind, and writes for all of them by a few statements. What it says of each is in their order;
 * one that was rejected has changed nothing.
 */
export type BatchHandler<R, T> = (requests: readonly R[], now: number) => readonly PromiseSettledResult<T>[]

/** Runs inside the flush, never at enqueue: what it reads is what it changes. */
type Task =
  | { readonly kind: 'work'; readonly work: (now: number) => unknown }
  | { readonly kind: 'request'; readonly request: unknown; readonly together: BatchHandler<unknown, unknown> }

type Waiter = {
  readonly task: Task
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

type Hooks = {
  /** Joins each flush's transaction, after the waiters. */
  readonly joining: (now: number) => void
  /** Right after the transaction and before any caller is answered; in the same turn, so that it is as durable. */
  readonly committed: () => void
}

export class GroupCommit {
  readonly #storage: DurableObjectStorage
  readonly #hooks: Hooks
  readonly #clock: SteadyClock
  #waiting: Waiter[] = []

  constructor(storage: DurableObjectStorage, clock: SteadyClock, hooks: Hooks) {
    this.#storage = storage
    this.#clock = clock
    this.#hooks = hooks
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING
  }

  /** Resolves with the work's result once that is durable; a work that throws rejects only itself. */
  run<T>(work: (now: number) => T): Promise<T> {
    return this.#enqueue({ kind: 'work', work })
  }

  /** For what comes many at once: those that wait side by side are decided and written together. */
  runTogether<R, T>(request: R, together: BatchHandler<R, T>): Promise<T> {
    return this.#enqueue({ kind: 'request', request, together: together as BatchHandler<unknown, unknown> })
  }

  #enqueue<T>(task: Task): Promise<T> {
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
    const now = this.#clock.now()
    let settle: readonly (() => void)[] = []
    try {
      settle = this.#storage.transactionSync(() => {
        const settled = alike(waiting).flatMap((waiters) => this.#perform(waiters, now))
        this.#hooks.joining(now)
        return settled
      })
      this.#hooks.committed()
    } catch (error) {
      for (const { reject } of waiting) reject(error)
      return
    }
    for (const acknowledge of settle) acknowledge()
  }

  /** Does what those wait for, and returns how each is to be answered. */
  #perform(waiters: readonly Waiter[], now: number): (() => void)[] {
    const [first] = waiters
    if (first?.task.kind !== 'request') return waiters.map((waiter) => this.#work(waiter, now))
    const results = first.task.together(waiters.map(requestOf), now)
    return waiters.map(({ resolve, reject }, i) => {
      const result = results[i]
      if (!result) throw new Error('a request was left without a result')
      if (result.status === 'rejected') return () => reject(result.reason)
      return () => resolve(result.value as never)
    })
  }

  #work({ task, resolve, reject }: Waiter, now: number): () => void {
    if (task.kind !== 'work') throw new Error('a request is no work')
    try {
      const value = this.#storage.transactionSync(() => task.work(now))
      return () => resolve(value as never)
    } catch (error) {
      return () => reject(error)
    }
  }
}

/** The waiters in their order, in runs of those that are performed together. */
function alike(waiting: readonly Waiter[]): Waiter[][] {
  const runs: Waiter[][] = []
  for (const waiter of waiting) {
    const run = runs.at(-1)
    if (run?.[0] && togetherOf(run[0]) === togetherOf(waiter)) run.push(waiter)
    else runs.push([waiter])
  }
  return runs
}

/** null: each is performed for itself. */
function togetherOf({ task }: Waiter): BatchHandler<unknown, unknown> | null {
  return task.kind === 'request' ? task.together : null
}

function requestOf({ task }: Waiter): unknown {
  return task.kind === 'request' ? task.request : null
}
