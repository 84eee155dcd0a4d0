/** The order in which SQLite puts values, for what is read in parts and put together here. Pure. */

/** As D1 answers it. */
export type Value = string | number | null

/** Nothing first, then numbers, then texts by their code points. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null)
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : compareTexts(a, b)
}

/** By the first member in which they differ. */
export function comparePlaces(a: readonly Value[], b: readonly Value[]): number {
  return a.map((value, i) => compareValues(value, b[i] ?? null)).find((one) => one !== 0) ?? 0
}

function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return inOrder(x) - inOrder(y)
  }
  return a.length - b.length
}

/** Surrogates, which begin code points above all others, are not above all other code units. */
function inOrder(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Two lists in order, as one; of equal ones, those of the first come first. */
export function merged<T>(first: readonly T[], second: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = []
  let i = 0
  for (const item of second) {
    for (let other = first[i]; other !== undefined && compare(other, item) <= 0; other = first[++i]) {
      all.push(other)
    }
    all.push(item)
  }
  return all.concat(first.slice(i))
}
