import { formatFigure } from './table.ts'

/** The least or the most that a figure should be, and what would be better still. */
export type Target = {
  readonly bound: 'at least' | 'at most'
  readonly value: number
  readonly beyond?: number
}

export function atLeast(value: number, beyond?: number): Target {
  return { bound: 'at least', value, ...(beyond === undefined ? {} : { beyond }) }
}

export function atMost(value: number, beyond?: number): Target {
  return { bound: 'at most', value, ...(beyond === undefined ? {} : { beyond }) }
}

/** Rounds on both sides of a target decide nothing about it. */
export function isUndecided({ bound, value }: Target, rounds: readonly number[]): boolean {
  const met = rounds.filter((figure) => isMet(bound, value, figure)).length
  return met > 0 && met < rounds.length
}

/**
 * `≥ 1.5 ✓`, with what is beyond `≥ 1.5 ✓ (2 ✗)`, undecided `≥ 1.5 ✓?`.
 * @param rounds of which the figure is the median, if it is of rounds
 */
export function formatTarget(target: Target, figure: number, rounds: readonly number[] = []): string {
  const sign = target.bound === 'at least' ? '≥' : '≤'
  const wanted = formatFigure(target.value)
  if (Number.isNaN(figure)) return `${sign} ${wanted}`
  const mark = (value: number) => {
    const isOpen = isUndecided({ bound: target.bound, value }, rounds)
    return `${formatFigure(value)} ${isMet(target.bound, value, figure) ? '✓' : '✗'}${isOpen ? '?' : ''}`
  }
  const beyond = target.beyond === undefined ? '' : ` (${mark(target.beyond)})`
  return `${sign} ${mark(target.value)}${beyond}`
}

function isMet(bound: Target['bound'], value: number, figure: number): boolean {
  return bound === 'at least' ? figure >= value : figure <= value
}
