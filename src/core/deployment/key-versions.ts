import { operatorCase } from '../access/cases/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { RingVersion } from './port.ts'

export type KeyVersions = { readonly current: number; readonly versions: readonly RingVersion[] }

/**
 * The versions of the keyring, and none of its keys. It is the whole deployment's: what hangs on a version, and each change,
 * is for who runs that, by the deployment's own token.
 */
export const listKeyVersions = operatorCase(
  'settings.read',
  async (ports, _operation): Promise<Outcome<KeyVersions>> => {
    const [{ current }, { versions }] = await Promise.all([ports.keyring(), ports.ring.describe()])
    return ok({ current, versions })
  },
)
