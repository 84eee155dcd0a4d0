import { formatFigure } from './table.ts'

/** What a figure is to reach: at least, or at most, so much. */
export type Reach = { readonly bound: 'at least' | 'at most'; readonly value: number }

export function atLeast(value: number): Reach {
  return { bound: 'at least', value }
}

export function atMost(value: number): Reach {
  return { bound: 'at most', value }
}

export function isReached({ bound, value }: Reach, figure: number): boolean {
  return bound === 'at least' ? figure >= value : figure <= value
}

/** `≥ 1.5 ✓` */
export function formatReach(reach: Reach, figure: number): string {
  const sign = reach.bound === 'at least' ? '≥' : '≤'
  return `${sign} ${formatFigure(reach.value)} ${isReached(reach, figure) ? '✓' : '✗'}`
}
