/** Answers with long lists: slice after slice, as the client takes them. */

import {
  beginning,
  type Position,
  pauseAfter,
  type ReadSlice,
  readText,
  type Text,
} from '../../core/kernel/fairness/list-slices.ts'
import type { Turns } from '../../core/kernel/fairness/turns.ts'
import type { Json } from '../../core/kernel/json.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { Reply } from '../route.ts'

export type List = {
  /** Who reads takes turns with others of the same organization. */
  readonly organization: number
  readonly limit: number
  readonly read: ReadSlice
  /** Where it begins; absent: with the first row. */
  readonly after?: Json
  /** A row as JSON, where that has to look otherwise than usual. */
  readonly write?: (row: unknown) => string
  /** What stands around the rows; read in the same turn as the first of them. */
  readonly frame: () => Promise<Outcome<Frame>>
}

export type Frame = {
  readonly headers?: Readonly<Record<string, string>>
  readonly before: string
  /** @param next where the rows after the last one begin; null: there are none */
  readonly after: (next: Json) => string
  /** No row is read. */
  readonly isEmpty?: boolean
}

/**
 * The first slice is read before the answer begins, so that a refusal keeps its status. A later one breaks the answer
 * off: half a list must not look like a whole one.
 */
export async function listReply(turns: Turns, list: List): Promise<Outcome<Reply>> {
  const begun = await inTurn(turns, list, async () => {
    const frame = await list.frame()
    if (!frame.ok) return frame
    const isEmpty = frame.value.isEmpty || list.limit === 0
    const first = isEmpty
      ? ok(NOTHING)
      : await readText(list.read, beginning(list.limit, list.after), list.write)
    return first.ok ? ok({ ...first.value, frame: frame.value }) : first
  })
  if (!begun.ok) return begun
  const { frame, ...first } = begun.value
  const headers = { 'Content-Type': 'application/json', ...frame.headers }
  if (first.next === null) {
    return ok({ status: 200, headers, text: frame.before + first.text + frame.after(first.end) })
  }
  return ok({ status: 200, headers, chunks: chunks(turns, list, frame, first, first.next) })
}

const NOTHING: Text = { text: '', count: 0, next: null, end: null }

async function* chunks(
  turns: Turns,
  list: List,
  frame: Frame,
  first: Text,
  second: Position,
): AsyncGenerator<string> {
  yield frame.before + first.text
  let isFirst = first.count === 0
  let end = first.end
  for (let next: Position | null = second; next !== null; ) {
    const at: Position = next
    const slice = await inTurn(turns, list, () => readText(list.read, at, list.write))
    if (!slice.ok) throw new Error(`a list broke off: ${slice.fault.kind}`)
    const { text, count } = slice.value
    if (count > 0) yield isFirst ? text : `,${text}`
    isFirst &&= count === 0
    next = slice.value.next
    end = slice.value.end
  }
  yield frame.after(end)
}

/** The chunks of an answer that was made before, as far as they are taken in turn, too. */
export async function* inTurns(
  turns: Turns,
  organization: number,
  chunks: AsyncIterable<string>,
): AsyncGenerator<string> {
  const iterator = chunks[Symbol.asyncIterator]()
  const rest = ({ value, done }: IteratorResult<string>, milliseconds: number) =>
    done ? 0 : pauseAfter(value.length, milliseconds)
  for (;;) {
    const { value, done } = await turns.take(String(organization), () => iterator.next(), rest)
    if (done) return
    yield value
  }
}

function inTurn<T extends { readonly text: string }>(
  turns: Turns,
  { organization }: List,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const rest = (slice: Outcome<T>, milliseconds: number) =>
    slice.ok ? pauseAfter(slice.value.text.length, milliseconds) : 0
  return turns.take(String(organization), work, rest)
}
