/** A code that its key allows to be shown again is rebuilt from its random part, which alone is kept, sealed. */

import type { Ports } from '../../ports.ts'
import { type Code, type CodeShape, sealCode } from '../codes/code.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Where it is kept: under a name of its own, since the key has no number yet. */
export function sealContext(name: string): string {
  return `keys/${name}/code`
}

/** The codes of these keys, in their order; null where a code was shown once. */
export function showCode(
  ports: Ports,
  shape: CodeShape,
  keys: readonly EnrollmentKey[],
): Promise<readonly (Code | null)[]> {
  return Promise.all(keys.map((key) => codeOf(ports, shape, key)))
}

async function codeOf(ports: Ports, shape: CodeShape, key: EnrollmentKey): Promise<Code | null> {
  const { sealed, ledger, n, ringVersion } = key
  if (sealed === null) return null
  const ring = await ports.keyring()
  const random = await ring.open(sealContext(sealed.name), sealed.code)
  // A key whose ring version was dropped has no code any more, and can't be redeemed either.
  if (!random) return null
  return sealCode(ring, shape, { ledger, key: n, ringVersion }, random)
}
