const END = '<!-- /bench -->'

/** A document with another text between `<!-- bench:PLACE -->` and the end that follows. */
export function withBench(document: string, place: string, text: string): string {
  const begin = `<!-- bench:${place} -->`
  const from = document.indexOf(begin)
  const to = document.indexOf(END, from)
  if (from < 0 || to < 0) throw new Error(`the document has no place for the bench's ${place}`)
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`
}
