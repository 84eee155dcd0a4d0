/**
 * The one alarm that the platform gives an object, for all that the object has to do later. It is set to the earliest of
 * what is due, by the wall clock, and nothing that is due later moves it. It never throws: the platform drops an alarm
 * that throws seven times.
 */
import { errorLine, errorName } from '../../../core/kernel/log-line.ts'

/** Something that an object does later. */
export type Purpose = {
  /** For the log. */
  readonly name: string
  /**
   * When it is due, in Unix milliseconds of the wall clock; null: never, as things are. It is asked at a start and after
   * each commit, and knows it from what is stored: an eviction forgets nothing.
   */
  dueAt(): number | null
  /** Does what is due, if anything is; from then on it has another due time, or none. */
  run(): Promise<void>
}

export class AlarmClock {
  readonly #storage: DurableObjectStorage
  readonly #purposes: Purpose[] = []
  /** What the platform's alarm is set to, as far as this object knows; null: none. */
  #setTo: number | null = null
  #ringing = 0

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  add(...purposes: readonly Purpose[]): void {
    this.#purposes.push(...purposes)
  }

  /**
   * At an object's start. The alarm is set although one may be pending: what the storage says of it is true where it was
   * written, and in the files of a backup it is no promise that anything rings.
   */
  start(): void {
    this.#setTo = null
    this.arm()
  }

  /** Sees to it that the alarm rings in time for what is due first. */
  arm(): void {
    if (this.#ringing > 0) return
    const earliest = this.#earliest()
    if (earliest === null || (this.#setTo !== null && this.#setTo <= earliest)) return
    this.#setTo = earliest
    this.#storage.setAlarm(earliest).catch(() => {
      if (this.#setTo === earliest) this.#setTo = null
    })
  }

  /** The object's `alarm()`: runs all that is due, then sets the alarm to what is due next. */
  async ring(): Promise<void> {
    // It rings for what comes first, also when the wall clock has stepped back since, or a restart forgot when that was due.
    const until = Math.max(Date.now(), this.#setTo ?? 0, this.#earliest() ?? 0)
    this.#setTo = null
    this.#ringing++
    try {
      for (const purpose of this.#purposes) await runIfDue(purpose, until)
    } finally {
      this.#ringing--
      this.arm()
    }
  }

  #earliest(): number | null {
    const due = this.#purposes.flatMap((purpose) => dueAtOf(purpose) ?? [])
    return due.length > 0 ? Math.min(...due) : null
  }
}

async function runIfDue(purpose: Purpose, until: number): Promise<void> {
  const dueAt = dueAtOf(purpose)
  if (dueAt === null || dueAt > until) return
  try {
    await purpose.run()
  } catch (error) {
    complain(purpose, error)
  }
}

function dueAtOf(purpose: Purpose): number | null {
  try {
    return purpose.dueAt()
  } catch (error) {
    complain(purpose, error)
    return null
  }
}

/** A message may quote a query and what is in it. */
function complain({ name }: Purpose, error: unknown): void {
  console.error(errorLine('an alarm’s task failed', { task: name, error: errorName(error) }))
}

const MIN_RETRY_MILLISECONDS = 1_000
const MAX_RETRY_MILLISECONDS = 5 * 60_000

/** How long to wait before another try, after this many failures in a row. */
export function retryWait(failures: number): number {
  return Math.min(MAX_RETRY_MILLISECONDS, MIN_RETRY_MILLISECONDS * 2 ** failures)
}
