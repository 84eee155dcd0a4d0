import type { TokenSignature } from './key-set.ts'
import type { IdentityRule, KeySource } from './rule.ts'

/** What an isolate knows of identities: which keys need one, and the public keys of issuers. */
export type Identities = {
  /** The rules of a key, as the ledger said last; null: not known. The ledger decides on its own. */
  hint(ledger: number, key: number): readonly IdentityRule[] | null
  saveHint(ledger: number, key: number, rules: readonly IdentityRule[]): void
  /** Whether the issuer's key of that name signed the token (a JWS in compact serialization, RFC 7515). */
  verify(
    token: string,
    source: KeySource,
    by: { readonly kid: string; readonly algorithm: TokenSignature },
  ): Promise<'good' | 'bad' | 'key_unknown' | 'unavailable'>
}
