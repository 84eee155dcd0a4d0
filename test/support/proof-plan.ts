import { env } from 'cloudflare:workers'

export type ProofPlan = {
  readonly sequences: number
  readonly seed: number
  /** Where fast-check found a counterexample before: only that one is run again. */
  readonly path?: string
  /** Whether the first counterexample will do, however long it is. */
  readonly endOnFailure?: boolean
}

/** How much a property is tried: a little in a test run, much in `npm run proof`, which sets LATCHKEY_PROOF. */
export function proofPlan(few: number): ProofPlan {
  const given = JSON.parse(env.PROOF ?? '{}') as Partial<ProofPlan>
  return { sequences: few, seed: Date.now() & 0x7fffffff, ...given }
}
