import type { RedemptionRequest } from '../../../../core/enrollment/ledger/redemption.ts'

/**
 * What the claim goes with from then on: the client's own claim beside a verified identity, else a public key. null: with
 * neither, so that the claim alone is asked.
 */
export function boundTo({
  binding,
  identity,
}: {
  readonly [M in 'binding' | 'identity']?: RedemptionRequest[M] | undefined
}): string | null {
  return identity?.kind === 'verified' ? identity.bindingHash : (binding?.hash ?? null)
}
