import type { Instant } from '../../../core/kernel/fairness/pace.ts'
import type { SteadyClock } from '../../../core/kernel/time/steady-clock.ts'

/**
 * Promise 5 (docs/concepts.md#promises): acknowledged is durable. Requests wait in an array; one flush runs them all in
 * one outer transaction, each in a nested one of its own or together with its like, and their promises settle only
 * after the outer one returned. (Settling inside and then throwing would acknowledge rows that are rolled back.)
 */
export const MAX_WAITING = 2_000

/** At this many waiting, more are likely on their way, and a flush waits for them. */
const MANY_AT_ONCE = 12
/** A flush that has this many waits no longer. */
const FULL_FLUSH = 64

/**
 * When the first that waits is flushed, with all that then wait (docs/decisions/group-commit.md).
 * `at_once`: when the commit before is durable, elsewhere (Cloudflare). `gathered`: one turn of the event loop later, when
 * a commit takes the time of the thread that also answers requests.
 */
export type CommitTiming = 'at_once' | 'gathered'

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
  /** When a flush may begin that the thread is to take no longer for than for others'; absent: after the turn. */
  readonly pace?: () => Instant
}

export class GroupCommit {
  readonly #storage: DurableObjectStorage
  readonly #hooks: Hooks
  readonly #clock: SteadyClock
  readonly #timing: CommitTiming
  #waiting: Waiter[] = []
  /** Settles when the last commit is durable, or failed. */
  #inFlight: Promise<void> = Promise.resolve()

  constructor(storage: DurableObjectStorage, clock: SteadyClock, timing: CommitTiming, hooks: Hooks) {
    this.#storage = storage
    this.#clock = clock
    this.#timing = timing
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
      // A commit that failed holds up none that follows.
      if (this.#waiting.length === 0) this.#turn().then(this.#afterTurn, this.#afterTurn)
      this.#waiting.push({ task, resolve, reject })
    })
  }

  #turn(): Promise<void> {
    // A timer sleeps for a millisecond at least; this only lets the event loop turn.
    return this.#timing === 'at_once' ? this.#inFlight : this.#storage.sync()
  }

  readonly #afterTurn = (): void => {
    if (this.#timing === 'at_once') {
      this.#flush()
      return
    }
    const instant = this.#hooks.pace?.()
    if (!instant) this.#flushOrGather()
    else if (instant.wait > 0) setTimeout(() => this.#flushInstant(instant), instant.wait)
    else this.#flushInstant(instant)
  }

  #flushInstant(instant: Instant): void {
    const end = instant.begin()
    this.#flushOrGather()
    void this.#storage.sync().then(end, end)
  }

  #flushOrGather(): void {
    const { length } = this.#waiting
    if (length < MANY_AT_ONCE) this.#flush()
    else this.#gather(length)
  }

  /** While more come at every turn, one commit may as well serve them all: it costs more than what it writes. */
  #gather(before: number): void {
    if (before >= FULL_FLUSH) {
      this.#flush()
      return
    }
    setTimeout(() => {
      const { length } = this.#waiting
      if (length === before) this.#flush()
      else this.#gather(length)
    }, 0)
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
    if (this.#timing !== 'at_once') return
    this.#inFlight = this.#storage.sync()
    // Where none waits for it, too: the output gate answers for a commit that fails.
    this.#inFlight.catch(() => {})
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
