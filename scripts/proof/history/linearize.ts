/**
 * Whether a history has a legal sequential order (Herlihy and Wing's linearizability): each operation takes effect at one
 * instant between its begin and its end. The search is Wing and Gong's with Lowe's memory of what was tried already
 * (as in Porcupine); histories are of one key each, which is sound because keys share no state.
 */
import { type Call, KeyModel, type Operation } from './operation.ts'

type Entry = {
  readonly operation: Operation
  /** Null: it is the end of an operation, not its call. */
  readonly call: { readonly end: Entry | null; readonly name: readonly [number, number] } | null
  previous: Entry | null
  next: Entry | null
}

/** True: there is such an order. The limit is what the key was made with. */
export function isLinearizable(operations: readonly Operation[], limit: number | null): boolean {
  return new Search(operations, limit).succeeds()
}

class Search {
  readonly #head: Entry
  readonly #model: KeyModel
  readonly #tried = new Set<string>()
  /** Claims of which a client learned that they had made an agent before. */
  readonly #proven: ReadonlySet<string | null>
  #left: number
  #set: [number, number] = [0, 0]

  constructor(operations: readonly Operation[], limit: number | null) {
    this.#head = link(operations)
    this.#model = new KeyModel(limit)
    this.#left = operations.filter(({ reply }) => reply !== null).length
    const repeats = operations.filter(({ reply }) => reply?.kind === 'repeated')
    this.#proven = new Set(repeats.map(({ call }) => claimOf(call)))
  }

  /** Done when all that was answered has its place: what was not answered need not have happened. */
  succeeds(): boolean {
    if (this.#left === 0) return true
    return this.#candidates().some((entry) => this.#succeedsWith(entry))
  }

  #succeedsWith(entry: Entry): boolean {
    const undo = this.#model.take(entry.operation)
    if (!undo) return false
    this.#toggle(entry)
    const state = `${this.#set} ${fingerprint(this.#model)}`
    if (!this.#tried.has(state)) {
      this.#tried.add(state)
      lift(entry)
      if (entry.call?.end) this.#left--
      if (this.succeeds()) return true
      if (entry.call?.end) this.#left++
      restore(entry)
    }
    this.#toggle(entry)
    undo()
    return false
  }

  /**
   * Those that had begun when the first of the others ended. What was not answered is tried last, since it may wait for
   * ever, and first of it what explains the answer that comes next.
   */
  #candidates(): Entry[] {
    const heard: Entry[] = []
    const unheard: Entry[] = []
    let entry = this.#head.next
    for (; entry?.call; entry = entry.next) (entry.call.end ? heard : unheard).push(entry)
    const wanted = entry && claimOf(entry.operation.call)
    const rank = ({ operation }: Entry) => {
      const claim = claimOf(operation.call)
      if (claim !== null && claim === wanted) return 0
      return this.#proven.has(claim) ? 1 : 2
    }
    return [...heard, ...unheard.sort((a, b) => rank(a) - rank(b))]
  }

  /** The set of operations that were taken, by the exclusive or of their names. */
  #toggle({ call }: Entry): void {
    const [high, low] = this.#set
    this.#set = [high ^ (call?.name[0] ?? 0), low ^ (call?.name[1] ?? 0)]
  }
}

/** Who holds which claim follows from the operations that were taken, but for those without an answer. */
function fingerprint({ max, on, isRevoked, isPaused, uses, holds, holders, ended }: KeyModel): string {
  const unheard = [...holders].filter(([, { agent }]) => agent === null).map(([claim]) => claim)
  return `${max} ${on} ${isRevoked} ${isPaused} ${uses} ${ended.size} ${unheard.sort()} ${[...holds].sort()}`
}

function claimOf(call: Call): string | null {
  return 'claim' in call ? call.claim : null
}

function link(operations: readonly Operation[]): Entry {
  const entries = operations.flatMap((operation): Entry[] => {
    const end = operation.reply && { operation, call: null, previous: null, next: null }
    const name = [random32(), random32()] as const
    const call = { operation, call: { end, name }, previous: null, next: null }
    return end ? [call, end] : [call]
  })
  const at = ({ call, operation }: Entry) => (call ? operation.begin : operation.end)
  // Of the same instant, calls first: that leaves more orders possible.
  entries.sort((a, b) => at(a) - at(b) || Number(b.call !== null) - Number(a.call !== null))
  const nothing: Operation = { call: { does: 'read' }, begin: -1, end: -1, reply: null }
  const head: Entry = { operation: nothing, call: null, previous: null, next: null }
  let last = head
  for (const entry of entries) {
    last.next = entry
    entry.previous = last
    last = entry
  }
  return head
}

function lift(entry: Entry): void {
  for (const one of entry.call?.end ? [entry, entry.call.end] : [entry]) {
    if (one.previous) one.previous.next = one.next
    if (one.next) one.next.previous = one.previous
  }
}

/** In the opposite order, so that neighbours that were lifted together find their places. */
function restore(entry: Entry): void {
  for (const one of entry.call?.end ? [entry.call.end, entry] : [entry]) {
    if (one.previous) one.previous.next = one
    if (one.next) one.next.previous = one
  }
}

function random32(): number {
  return (Math.random() * 2 ** 32) | 0
}
