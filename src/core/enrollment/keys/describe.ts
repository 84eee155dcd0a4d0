import { denialOf, operatorCase } from '../../access/cases/operator-case.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Code, CodeShape } from '../codes/code.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { showCode } from './show.ts'

/** A key and the names of what it belongs to. */
export type DescribedKey = {
  readonly key: EnrollmentKey
  /** null when the key does not show it again, or the actor may not have it: a code is as good as making a key. */
  readonly code: Code | null
  readonly profileName: string | null
  readonly issuerName: string | null
}

/** Of keys of one ledger, in their order. Their codes need `keys.write`. */
export const describeKeys = operatorCase(
  'keys.read',
  async (
    ports,
    operation,
    shape: CodeShape,
    keys: readonly EnrollmentKey[],
  ): Promise<Outcome<readonly DescribedKey[]>> => {
    const { organization } = operation.actor
    const isReadOnly = denialOf(operation, 'keys.write') !== null
    const ids = keys.flatMap(({ issuer }) => issuer ?? [])
    const [profiles, issuers, codes] = await Promise.all([
      ports.lookUp(
        'profiles',
        organization,
        keys[0]?.ledger ?? 0,
        keys.map(({ profile }) => profile),
      ),
      ports.lookUp('issuers', organization, null, ids),
      isReadOnly ? [] : showCode(ports, shape, keys),
    ])
    return ok(
      keys.map((key, i) => ({
        key,
        code: codes[i] ?? null,
        profileName: profiles.get(key.profile)?.name ?? null,
        issuerName: issuers.get(key.issuer ?? 0)?.name ?? null,
      })),
    )
  },
)
