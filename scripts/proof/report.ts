/** A part of the proof: what was done, and what must be so. */
export type Check = {
  readonly what: string
  readonly found: number | string
  readonly wanted: number | string | { readonly atLeast: number }
  /** The first few of what was found and should not be. */
  readonly examples: readonly string[]
}

export type Part = {
  readonly title: string
  readonly notes: readonly string[]
  readonly checks: readonly Check[]
}

const SHOWN_EXAMPLES = 5

function isHeld({ found, wanted }: Check): boolean {
  if (typeof wanted === 'object') return Number(found) >= wanted.atLeast
  return found === wanted
}

/** That there is none of them. */
export function none(what: string, found: readonly string[]): Check {
  return { what, found: found.length, wanted: 0, examples: found.slice(0, SHOWN_EXAMPLES) }
}

export function atLeast(what: string, found: number, bound: number): Check {
  return { what, found, wanted: { atLeast: bound }, examples: [] }
}

export function exactly(what: string, found: number | string, wanted: number | string): Check {
  return { what, found, wanted, examples: [] }
}

export function brokenIn(parts: readonly Part[]): string[] {
  return parts.flatMap(({ title, checks }) =>
    checks
      .filter((check) => !isHeld(check))
      .map(({ what, examples }) => [`${title}: ${what}`, ...examples].join('\n    ')),
  )
}

export function formatPart({ title, notes, checks }: Part): string {
  const width = Math.max(0, ...checks.map(({ what }) => what.length))
  const lines = checks.map((check) => {
    const { what, found, wanted } = check
    const bound = typeof wanted === 'object' ? `≥ ${figure(wanted.atLeast)}` : figure(wanted)
    return `  ${isHeld(check) ? '✓' : '✗'} ${what.padEnd(width)}  ${figure(found)}${isHeld(check) && found === wanted ? '' : ` (wanted ${bound})`}`
  })
  return [`## ${title}`, ...notes, ...lines].join('\n')
}

function figure(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en') : value
}
