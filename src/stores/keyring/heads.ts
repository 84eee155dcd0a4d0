import type { Keyring } from '../../core/kernel/keyring.ts'
import { type SigningKey, signCompact } from './signed-tokens.ts'

const TYPE = 'latchkey-head'

/** Signed heads of ledgers, by keys of their own. What an old version signed is checked for years: all of them are published. */
export function headSignatures(
  keys: readonly SigningKey[],
  current: number,
): Pick<Keyring, 'signHead' | 'headKeySet'> {
  return {
    async signHead(payload) {
      const signing = keys.find((key) => key.version === current)
      if (!signing) throw new Error('the current ring version has no key for heads')
      return signCompact(signing, TYPE, payload)
    },
    headKeySet: () => ({ keys: keys.map(({ publicJwk }) => ({ ...publicJwk })) }),
  }
}
