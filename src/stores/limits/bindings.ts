import type { LimitName, Limits } from '../../core/access/limits/port.ts'
import { toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import type { Keyring } from '../../core/kernel/keyring.ts'

/** What wrangler.toml calls each. */
const BINDINGS = {
  illumio: 'LIMIT_ILLUMIO',
  native: 'LIMIT_NATIVE',
  datonis: 'LIMIT_DATONIS',
  zpa_read: 'LIMIT_ZPA_READ',
  zpa_write: 'LIMIT_ZPA_WRITE',
  failures: 'LIMIT_FAILURES',
} as const satisfies Record<LimitName, string>

export type LimitBindings = Readonly<Record<(typeof BINDINGS)[LimitName], RateLimit>>

/**
 * Counted by the platform: in memory, of one location; by the embedded runtime on the disk. It gets keyed hashes, since
 * somebody may type a secret, or a megabyte, where a name belongs.
 */
export function createLimits(
  env: LimitBindings,
  keyring: () => Promise<Pick<Keyring, 'current' | 'mac'>>,
): Limits {
  return {
    async take(name, key) {
      const ring = await keyring()
      const mac = await ring.mac('hash', ring.current, utf8(`limit\0${name}\0${key}`))
      if (!mac) throw new Error('the current ring version has no hash key')
      const { success } = await env[BINDINGS[name]].limit({ key: toBase64Url(mac) })
      return success
    },
  }
}
