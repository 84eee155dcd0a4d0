import type { Cause } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RefusalReason } from '../../kernel/refusal-reason.ts'
import type { IdentityRule } from '../identity/rule.ts'
import type { Agent } from './agent.ts'
import type { Binding, CertificateGrant } from './certificate.ts'
import type { Decision, HoldKind, Intent } from './rules/decide.ts'
import type { ShownIdentity } from './rules/identity.ts'

export const MAX_FACTS_BYTES = 8 * 1024

/** What a redemption asks of the ledger that its code names. */
export type RedemptionRequest = {
  readonly key: number
  readonly codeHash: string
  /** Of a verified identity, or of the claim. null: no claim, so that a repeat spends another use. */
  readonly claimHash: string | null
  readonly address: string | null
  /** Absent: `enroll`. */
  readonly intent?: Intent
  /** How long a use is to be held; absent: 600 s. */
  readonly holdSeconds?: number
  /** null: the key's name and the number of the use. */
  readonly hostname: string | null
  /** The public key that wants a certificate; absent: none does. */
  readonly binding?: Binding
  /** Of the DER of what asks for it, lower-case hexadecimal. */
  readonly csrSha256?: string
  /** Absent: no identity token came. */
  readonly identity?: ShownIdentity
  /** A JSON object of at most MAX_FACTS_BYTES: it is only handed through, so it need not be taken apart. */
  readonly facts: string
  readonly wishes: { readonly values: JsonObject; readonly labels: Readonly<Record<string, string>> }
  /** Of the ring's keys, which the caller makes tokens with. */
  readonly ringVersion: number
  readonly request: Cause['request']
  /** The request's id in what its refusal is recorded as (redemption/request-name.ts); absent: its own. */
  readonly refusedAs?: string
}

export type RedemptionResult =
  | ({ readonly kind: 'new' | 'repeat' } & Identity & {
        readonly hostname: string
        /** null: none was asked for, or the key's agents get none. */
        readonly certificate: CertificateGrant | null
      })
  /** Would be granted; nothing is spent until the caller has that issuer's private key at hand. */
  | { readonly kind: 'issuer_needed'; readonly issuer: number }
  /** The token has to be verified by these rules first. */
  | { readonly kind: 'identity_needed'; readonly rules: readonly IdentityRule[] }
  /** A use is kept for the claim. */
  | ({ readonly kind: 'held' } & Held)
  /** The claim holds nothing. */
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      /** When the same attempt may be let in. */
      readonly retryAfterMilliseconds?: number
    }

export type Held = {
  readonly hold: HoldKind
  /** Unix milliseconds. */
  readonly endsAt: number
  readonly isApproved: boolean
  /** For people to compare: what the machine shows is what the approver sees. */
  readonly comparison: string
}

/** What a token is made from: an agent, and where its refresh family stands. */
export type Identity = {
  readonly agent: Pick<Agent, 'ledger' | 'n' | 'id' | 'organization' | 'dialect' | 'profile' | 'key'>
  readonly family: number
  readonly generation: number
  /** Its refresh tokens are made with that version of the ring or a newer one: an older one is refused. null: with any. */
  readonly ringVersion: number | null
}

export type RefreshRequest = {
  readonly agent: number
  readonly family: number
  readonly generation: number
  /** Of the ring's keys, which the token that was presented was made with. */
  readonly ringVersion: number
  readonly request: Cause['request']
}

export type Explanation = {
  readonly decision: Exclude<Decision['kind'], 'cancelled' | 'identity_needed'>
  readonly reason: RefusalReason | null
  /** The agent that this claim has, whatever the decision. */
  readonly agent: string | null
  readonly usesLeft: number | null
  /** Refusals of this key, newest minute first. */
  readonly refusals: readonly RefusalCount[]
}

export type Refusals = {
  /** Newest minute first. */
  readonly rows: readonly RefusalCount[]
  /** Of the newest ten thousand rows. */
  readonly byReason: readonly { readonly reason: RefusalReason; readonly count: number }[]
}

export type RefusalCount = {
  readonly reason: RefusalReason
  /** An IPv4 address or an IPv6 /64 (networkOf); null: unknown. */
  readonly network: string | null
  /** Start of the minute, Unix milliseconds. */
  readonly minute: number
  readonly count: number
}
