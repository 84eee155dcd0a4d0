/**
 * What every object that decides is made of: what it holds, as it is committed, with the group commit that changes it, its
 * steady clock, its one alarm, and the relay that brings D1 what it decided.
 */
import { createPace } from '../../../core/kernel/fairness/pace.ts'
import { type CommonFault, type Fault, type Outcome, refuse } from '../../../core/kernel/outcome.ts'
import { SteadyClock } from '../../../core/kernel/time/steady-clock.ts'
import { AlarmClock, type Purpose } from './alarm-clock.ts'
import { commitTiming, type ObjectBindings } from './bindings.ts'
import { ClockRecord, readAgreement } from './clock-record.ts'
import { type BatchHandler, GroupCommit } from './group-commit.ts'
import { Home } from './home.ts'
import { OutboxRelay, type OutboxSource } from './outbox-relay.ts'

export const BUSY = refuse({ kind: 'busy', retryAfterSeconds: 1 })

/** What differs between objects. `Held` is what the storage holds: a ledger's tables, an inbox's key pair. */
export type ObjectDefinition<Held> = {
  /** For the log. */
  name(held: Held | null): string
  /** What the storage holds, brought up to date; null, and nothing written, when it holds nothing. */
  open(): Held | null
  /** What is held after a commit, if a commit can replace it. */
  reread?(held: Held): Held
  /** The last instant that the object has written down, in Unix milliseconds. */
  lastSeen(held: Held): number
  outbox(held: Held): OutboxSource
  /** Reports to D1 when the object's clock and the wall clock will agree again. */
  reportClock(held: Held, agreesAt: number): D1PreparedStatement
  /** What else the alarm is for. */
  purposes?(held: Held, clock: SteadyClock): readonly Purpose[]
  /** Joins each flush's transaction, after the waiters. */
  joining?(held: Held, now: number): void
  /** Whose commits in objects of this kind begin one after the other; absent: none wait for another object's. */
  pacedBy?(held: Held): string
}

/** Shared by all objects of an isolate. */
const pace = createPace(() => Date.now())

export class ObjectCore<Held> {
  readonly #definition: ObjectDefinition<Held>
  readonly #clock: SteadyClock
  readonly #commits: GroupCommit
  readonly #alarms: AlarmClock
  readonly #relay = new OutboxRelay()
  readonly #home: Home
  readonly #sql: SqlStorage
  #held: Held | null = null
  #clockRecord: ClockRecord | null = null

  constructor(storage: DurableObjectStorage, bindings: ObjectBindings, definition: ObjectDefinition<Held>) {
    this.#definition = definition
    this.#sql = storage.sql
    this.#home = new Home(storage.sql, bindings.DB, () => definition.name(this.#held))
    this.#alarms = new AlarmClock(storage)
    const held = definition.open()
    this.#clock =
      held === null
        ? new SteadyClock(() => Date.now())
        : new SteadyClock(() => Date.now(), definition.lastSeen(held), readAgreement(storage.sql))
    if (held !== null) this.#open(held)
    this.#commits = new GroupCommit(storage, this.#clock, commitTiming(bindings), {
      joining: (now) => this.#joining(now),
      committed: () => this.#committed(),
      ...(definition.pacedBy && {
        pace: () => pace.next(this.#held ? (definition.pacedBy?.(this.#held) ?? '') : ''),
      }),
    })
    this.#alarms.start()
  }

  /** As committed. null: nothing was ever made here and stored, or it belongs to another deployment. */
  get held(): Held | null {
    return this.#held
  }

  now(): number {
    return this.#clock.now()
  }

  /** Whether what is here belongs to another deployment than this D1: from then on this object holds nothing. */
  async isForeign(): Promise<boolean> {
    await this.#home.ask()
    if (this.#home.isForeign) this.#held = null
    return this.#home.isForeign
  }

  /** Resolves with the work's result once that is durable. */
  async commit<T, F extends Fault>(
    work: (now: number) => Outcome<T, F>,
  ): Promise<Outcome<T, F | CommonFault>> {
    return this.#commits.isFull ? BUSY : this.#commits.run(work)
  }

  /** The same of what comes many at once. */
  async commitTogether<R, T>(request: R, together: BatchHandler<R, Outcome<T>>): Promise<Outcome<T>> {
    return this.#commits.isFull ? BUSY : this.#commits.runTogether(request, together)
  }

  /** A change whose answer waits for the commit, and not for D1. */
  async change<T, F extends Fault>(
    work: (now: number) => Outcome<T, F>,
  ): Promise<Outcome<T, F | CommonFault>> {
    await this.isForeign()
    return this.commit(work)
  }

  /** A management change: committed here, then answered when D1 has it, so that lists are true right after. */
  async manage<T, F extends Fault>(
    work: (now: number) => Outcome<T, F>,
  ): Promise<Outcome<T, F | CommonFault>> {
    await this.isForeign()
    return this.commitAndFlush(work)
  }

  async commitAndFlush<T, F extends Fault>(
    work: (now: number) => Outcome<T, F>,
  ): Promise<Outcome<T, F | CommonFault>> {
    const outcome = await this.commit(work)
    if (outcome.ok) await this.flush()
    return outcome
  }

  /** Resolves when D1 has what waits for it, or refused it. */
  flush(): Promise<void> {
    return this.#relay.flush()
  }

  /** The object's `alarm()`. */
  ring(): Promise<void> {
    return this.#alarms.ring()
  }

  #joining(now: number): void {
    if (this.#held === null) return
    this.#definition.joining?.(this.#held, now)
    this.#clockRecord?.write()
  }

  /**
   * What is held is what was committed: tables are opened only after the flush that made them, and a flush that rolls back
   * takes its changes with it.
   */
  #committed(): void {
    if (this.#held !== null) this.#held = this.#definition.reread?.(this.#held) ?? this.#held
    else if (!this.#home.isForeign) {
      const made = this.#definition.open()
      if (made !== null) this.#open(made)
    }
    this.#alarms.arm()
  }

  #open(held: Held): void {
    const definition = this.#definition
    this.#held = held
    this.#relay.open(this.#home.guard(definition.outbox(held)))
    const record = new ClockRecord(this.#sql, this.#clock, (agreesAt) =>
      definition.reportClock(held, agreesAt),
    )
    this.#clockRecord = record
    this.#alarms.add(this.#relay, record, ...(definition.purposes?.(held, this.#clock) ?? []))
  }
}
