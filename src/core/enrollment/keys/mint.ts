import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Keyring } from '../../kernel/keyring.ts'
import { invalid, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { type Code, type CodeShape, hashCode, sealCode } from '../codes/code.ts'
import { type IdentityInput, resolveIdentity } from '../identity/resolve.ts'
import type { IdentityRule } from '../identity/rule.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey, NewKey, SealedCode } from '../ledger/key.ts'
import { sealContext } from './show.ts'

export type MintInput = Omit<NewKey, 'profile' | 'codeHash' | 'ringVersion' | 'sealed'> & {
  /** Its code is kept, sealed, and can be shown again. */
  readonly isShownAgain?: boolean
  /** Absent: it lets in who has its code. */
  readonly identity?: readonly IdentityInput[]
}

export type MintedKey = {
  readonly key: EnrollmentKey
  /** Shown once, unless it was asked for otherwise; the ledger has only its keyed hash. */
  readonly code: Code
}

/**
 * Makes a key of a profile, also of a disabled one.
 * @param liveLimit the most keys of the profile's dialect that may be redeemable at a time in the organization
 */
export const mintKey = reachCase(
  'keys.mint',
  async (
    ports,
    operation,
    reach,
    profile: EntityId,
    shape: CodeShape,
    input: MintInput,
    liveLimit: number | null,
  ): Promise<Outcome<MintedKey>> => {
    if (input.expiresAt !== undefined && input.expiresAt <= ports.now()) {
      return invalid('expiresAt', 'a new key cannot have expired already')
    }
    const { organization } = operation.actor
    if (liveLimit !== null) {
      const live = await ports.catalogue.countLiveKeys(organization, shape.dialect, ports.now(), liveLimit)
      if (live >= liveLimit) return refuse({ kind: 'limit_reached', what: 'key' })
    }
    const resolved = await resolveIdentity(ports.outbound, input.identity ?? [])
    if (!resolved.ok) return resolved
    return atLedger(ports, operation, profile, 'profile', async (ledger) => {
      const ring = await ports.keyring()
      const random = ports.random(shape.randomBytes)
      const ringVersion = ring.current
      const codeHash = await hashCode(ring, ringVersion, random)
      const { isShownAgain = false, identity: _, ...members } = withRules(input, resolved.value)
      const sealed = isShownAgain ? await seal(ring, ports.uuid(), random) : null
      const key = { ...members, sealed, profile: profile.n, codeHash, ringVersion }
      const made = await ledger.createKey(key, causeOf(operation), reach)
      if (!made.ok) return made
      const target = { ledger: profile.ledger, key: made.value.n, ringVersion }
      return ok({ key: made.value, code: await sealCode(ring, shape, target, random) })
    })
  },
)

function withRules(input: MintInput, identity: readonly IdentityRule[]): MintInput {
  return identity.length === 0 ? input : { ...input, rules: { ...input.rules, identity } }
}

async function seal(ring: Keyring, name: string, random: Uint8Array): Promise<SealedCode> {
  return { name, code: await ring.seal(sealContext(name), random) }
}
