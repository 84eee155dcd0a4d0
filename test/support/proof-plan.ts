import { env } from 'cloudflare:workers'

export type ProofPlan = {
  readonly sequences: number
  readonly seed: number
  /** Where fast-check found a counterexample before: only that one is run again. */
  readonly path?: string
  /** Whether the first counterexample will do, however long it is. */
  readonly endOnFailure?: boolean
}

/**
 * How much a property is tried: a few known sequences in a test run, so that it says of the code only; many new ones in
 * `npm run proof`, which sets LATCHKEY_PROOF.
 */
export function proofPlan(few: number): ProofPlan {
  const given = JSON.parse(env.PROOF ?? '{}') as Partial<ProofPlan>
  return { sequences: few, seed: 1, ...given }
}
