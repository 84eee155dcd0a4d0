import { reachCase } from '../../access/cases/reach-case.ts'
import { utf8 } from '../../kernel/encoding.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import { hashClaim, hashIdentity } from '../codes/code.ts'
import { mismatchOf, subjectOf, valuesOf } from '../identity/match.ts'
import type { IdentityRule } from '../identity/rule.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Explanation } from '../ledger/redemption.ts'
import type { Intent } from '../ledger/rules/decide.ts'
import { rulesText, type ShownIdentity } from '../ledger/rules/identity.ts'
import type { SlotFacts } from '../ledger/rules/slots.ts'
import { withoutDecoy } from './decoy.ts'

const NOTHING_SAID: SlotFacts = { hostname: null, facts: '{}' }

/** As a genuine token would have them. */
type ClaimedIdentity = { readonly issuer: string; readonly claims: JsonObject }

/** undefined: the key lets in who has its code. */
function showClaimed(
  rules: readonly IdentityRule[],
  { issuer, claims }: ClaimedIdentity,
  claimHash: string | null,
  now: number,
): ShownIdentity | undefined {
  if (rules.length === 0) return undefined
  const against = rulesText(rules)
  const ofIssuer = [...rules.entries()].filter(([, rule]) => rule.issuer === issuer)
  if (ofIssuer.length === 0) return { kind: 'refused', against, reason: 'identity_invalid', why: 'issuer' }
  const [met] = ofIssuer.filter(([, rule]) => mismatchOf(rule, valuesOf(rule, claims)) === null)
  if (!met) return { kind: 'refused', against, reason: 'identity_not_allowed', why: '' }
  const [rule, of] = met
  const issuedAtSeconds = Math.floor(now / 1_000)
  const values = valuesOf(of, claims)
  return { kind: 'verified', against, rule, issuedAtSeconds, values, bindingHash: claimHash ?? '' }
}

/** Whether a claim, from an address, would be let in now, and which rule decides; the same `decide` runs. */
export const explainKey = reachCase(
  'keys.read',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    attempt: {
      readonly claim: string | null
      readonly address: string | null
      readonly intent?: Intent
      /** What the machine says of itself; absent: nothing. */
      readonly about?: SlotFacts
      readonly identity?: ClaimedIdentity | null
    },
  ): Promise<Outcome<Explanation>> =>
    atLedger(ports, operation, id, 'key', async (ledger) => {
      const key = withoutDecoy(operation, await ledger.getKey(id.n, reach))
      if (!key.ok) return key
      const { claim, address } = attempt
      const target = { ledger: id.ledger, key: id.n }
      const ring = await ports.keyring()
      const { ringVersion } = key.value
      // A version that was dropped took its codes along: no claim of theirs is known any more.
      const isGone = (await ring.mac('hash', ringVersion, utf8(''))) === null
      const claimHash = claim === null || isGone ? null : await hashClaim(ring, ringVersion, target, claim)
      const intent = attempt.intent ?? 'enroll'
      const { about = NOTHING_SAID } = attempt
      const rules = key.value.rules?.identity ?? []
      const shown = attempt.identity && showClaimed(rules, attempt.identity, claimHash, ports.now())
      if (!shown) return ledger.explain(id.n, claimHash, address, intent, about)
      const rule = shown.kind === 'verified' ? rules[shown.rule] : undefined
      const hash =
        rule && shown.kind === 'verified' && !isGone
          ? await hashIdentity(ring, ringVersion, target, subjectOf(rule, shown.values))
          : claimHash
      return ledger.explain(id.n, hash, address, intent, { ...about, identity: shown })
    }),
)
