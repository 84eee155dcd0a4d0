import { type EntityId, formatId, parseId } from '../../kernel/ids.ts'

const CLAIM_HASH = /^[0-9a-f]{64}$/

/** A claim of a key: `<key id>.<hash of the claim>`. */
export type ApprovalId = { readonly key: EntityId; readonly claimHash: string }

export function formatApprovalId({ ledger, n }: EntityId, claimHash: string): string {
  return `${formatId({ ledger, n })}.${claimHash}`
}

export function parseApprovalId(text: string): ApprovalId | null {
  const [key = '', claimHash = '', ...rest] = text.split('.')
  const id = parseId(key)
  return id && rest.length === 0 && CLAIM_HASH.test(claimHash) ? { key: id, claimHash } : null
}
