import type { JsonObject } from '../../kernel/json.ts'

/** Keys that one head has at most: a ledger with more has a head of several parts. */
export const MAX_KEYS_OF_HEAD = 500

/** What a key's limit held at an instant. */
export type KeyCount = {
  readonly n: number
  readonly uses: number
  readonly held: number
  /** null: unlimited. */
  readonly maxUses: number | null
}

/** What a ledger would have signed next: one link of a chain. */
export type HeadDraft = {
  readonly ledger: number
  readonly organization: number
  /** Begun when the ledger was made, and again after a restore. */
  readonly chain: string
  /** In its chain, from 1. */
  readonly sequence: number
  /** SHA-256 of the head before, base64url; null: there was none. */
  readonly previous: string | null
  /** Of the ledger, in Unix milliseconds: the counts are exact as of then. */
  readonly at: number
  /** Of the parts that together have every key, from 1. */
  readonly part: number
  readonly isLast: boolean
  readonly keys: readonly KeyCount[]
  /** Which state of the keys the first part began with. */
  readonly version: number
}

export type SignedHead = {
  /** A compact JWS (RFC 7515). */
  readonly head: string
  /** Its SHA-256, base64url. */
  readonly hash: string
}

/** What is signed. */
export function payloadOf(draft: HeadDraft, issuer: string): JsonObject {
  const { ledger, organization, chain, sequence, previous, at, part, isLast, keys } = draft
  return {
    iss: issuer,
    ledger,
    organization_id: organization,
    chain,
    sequence,
    previous,
    at: new Date(at).toISOString(),
    part,
    is_last_part: isLast,
    keys: keys.map(({ n, uses, held, maxUses: max_uses }) => ({ n, uses, held, max_uses })),
  }
}
