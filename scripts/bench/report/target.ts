import { formatFigure } from './table.ts'

/** The least or the most that a figure should be. */
export type Target = { readonly bound: 'at least' | 'at most'; readonly value: number }

export function atLeast(value: number): Target {
  return { bound: 'at least', value }
}

export function atMost(value: number): Target {
  return { bound: 'at most', value }
}

function isMet({ bound, value }: Target, figure: number): boolean {
  return bound === 'at least' ? figure >= value : figure <= value
}

/** `≥ 1.5 ✓` */
export function formatTarget(target: Target, figure: number): string {
  const sign = target.bound === 'at least' ? '≥' : '≤'
  return `${sign} ${formatFigure(target.value)} ${isMet(target, figure) ? '✓' : '✗'}`
}
