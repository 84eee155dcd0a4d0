/** The teeth of a key: each use is a cut. Pure geometry; teeth.tsx draws it. */

const HEIGHT = 12
const SHAFT = 3
/** A tooth is at most this part of the shaft, and a gap that part of its place. */
const MAX_TOOTH = 0.05
const GAP = 0.3
const HELD_DEPTH = 5
const MARK_DEPTH = 2
const DASH = { width: 4, pitch: 6 }

/** Paths of an SVG of `width` × 12 units; an empty one is not drawn. */
export type Teeth = {
  readonly cut: string
  readonly uncut: string
  readonly held: string
  readonly gone: string
}

export type TeethInput = {
  readonly used: number
  /** null: no limit. */
  readonly max: number | null
  readonly held?: number
  /** 1-based uses whose agents were revoked: they stay spent. */
  readonly gone?: readonly number[]
  readonly width: number
  /** The most teeth. */
  readonly cells: number
  /** Whether places that are not cut have low marks. */
  readonly isMarked?: boolean
}

/**
 * Up to `cells` uses a tooth is a use. Above, a tooth is a part of the limit, rounded down; but one from the first use on, and
 * never all before the last.
 */
export function teethOf({
  used,
  max,
  held = 0,
  gone = [],
  width,
  cells,
  isMarked = false,
}: TeethInput): Teeth {
  if (max === null) return dashes(used, width)
  const count = Math.min(max, cells)
  const cut = cutOf(used, max, count)
  const holes = max > cells ? 0 : Math.min(held, count - cut)
  const pitch = Math.floor(width / count)
  const gap = Math.max(1, Math.round(pitch * GAP), pitch - Math.round(width * MAX_TOOTH))
  const tooth = pitch - gap
  const places = (from: number, to: number, draw: (x: number, n: number) => string) =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => draw((from + i) * pitch, from + i + 1)).join('')
  const full = (x: number) => `M${x} ${SHAFT}h${tooth}v${HEIGHT - SHAFT}h-${tooth}z`
  const isGone = (n: number) => max <= cells && gone.includes(n)
  const end = cut === count ? width : cut * pitch
  const from = (cut + holes) * pitch
  const isWhole = cut + holes === count
  const marks = isMarked
    ? places(cut + holes, count, (x) => `M${x} ${SHAFT}h${tooth}v${MARK_DEPTH}h-${tooth}z`)
    : ''
  return {
    cut: cut === 0 ? '' : `M0 0h${end}v${SHAFT}H0z${places(0, cut, (x, n) => (isGone(n) ? '' : full(x)))}`,
    gone: places(0, cut, (x, n) => (isGone(n) ? full(x) : '')),
    held: places(cut, cut + holes, (x) => `M${x} 0h${pitch}v${SHAFT}h-${gap}v${HELD_DEPTH}h-${tooth}z`),
    uncut: isWhole ? '' : `M${from} 0H${width}v${SHAFT}H${from}z${marks}`,
  }
}

function cutOf(used: number, max: number, count: number): number {
  if (used <= 0) return 0
  if (used >= max) return count
  return Math.min(count - 1, Math.max(1, Math.floor((used / max) * count + 1e-9)))
}

/** How many uses a tooth stands for; 1 unless there are more than `cells`. */
export function usesOfTooth(max: number | null, cells: number): number {
  return max === null || max <= cells ? 1 : max / cells
}

function dashes(used: number, width: number): Teeth {
  let path = ''
  for (let x = 0; x < width; x += DASH.pitch) path += `M${x} 0h${DASH.width}v${SHAFT}h-${DASH.width}z`
  return { cut: used > 0 ? path : '', uncut: used > 0 ? '' : path, held: '', gone: '' }
}
