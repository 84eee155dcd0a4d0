/** The middle of the values; the mean of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('nothing has no median')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low = Number.NaN, high = low] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return (low + high) / 2
}

/** The nearest-rank percentile. @param ascending sorted, not empty @param part 0.95 for p95 */
export function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? Number.NaN
}

/** Half of how far the values lie apart, as a part of their median: 0.1 is "±10 %". */
export function noise(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values) / 2
}

/**
 * The rounds' own ratios, of those in which both were measured. Figures of one round were taken within seconds of each
 * other, so what else the machine did in that round weighs on both alike.
 */
export function ratios(
  values: readonly (number | null)[],
  base: readonly (number | null)[],
): readonly number[] {
  if (values.length !== base.length) throw new Error('a ratio is of the same rounds')
  return values.flatMap((value, round) => {
    const other = base[round] ?? null
    return value === null || other === null ? [] : [value / other]
  })
}
