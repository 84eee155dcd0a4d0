/** A bound text may have 2 MB; a statement that inserts many rows takes them as such texts. */
const MAX_CHARACTERS = 256 * 1024

/** JSON arrays of rows for `json_each(?)`, in as many texts as it takes. */
export function* jsonRows(rows: readonly unknown[]): Generator<string> {
  let waiting: string[] = []
  let characters = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    waiting.push(text)
    characters += text.length
    if (characters < MAX_CHARACTERS) continue
    yield `[${waiting.join()}]`
    waiting = []
    characters = 0
  }
  if (waiting.length > 0) yield `[${waiting.join()}]`
}
