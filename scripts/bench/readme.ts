const END = '<!-- /bench -->'

/** README with another text between `<!-- bench:PLACE -->` and the end that follows. */
export function withBench(readme: string, place: string, text: string): string {
  const begin = `<!-- bench:${place} -->`
  const from = readme.indexOf(begin)
  const to = readme.indexOf(END, from)
  if (from < 0 || to < 0) throw new Error(`README has no place for the bench's ${place}`)
  return `${readme.slice(0, from + begin.length)}\n\n${text}\n\n${readme.slice(to)}`
}
