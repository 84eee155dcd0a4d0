/**
 * Whether a call of an object may be made twice, for each of its methods: after some failures it is unknown whether the first
 * call was made. Reads may, and what a claim, a generation or a final state makes idempotent.
 */
export type Repeatable<P> = {
  readonly [M in keyof P]: P[M] extends (...input: infer I) => unknown
    ? boolean | ((...input: I) => boolean)
    : never
}
