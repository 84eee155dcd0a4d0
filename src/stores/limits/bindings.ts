import type { Limits } from '../../core/access/limits/port.ts'
import { toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import type { Keyring } from '../../core/kernel/keyring.ts'
import { NotReady } from '../../core/kernel/not-ready.ts'

type BindingName = `LIMIT_${string}`

/** One for each budget, as wrangler.toml binds them. */
export type LimitBindings = Readonly<Record<BindingName, RateLimit>>

/**
 * Counted by the platform: in memory, of one location; by the embedded runtime on the disk. It gets keyed hashes, since
 * a caller may type a secret, or a megabyte, where a name belongs.
 */
export function createLimits(
  env: LimitBindings,
  keyring: () => Promise<Pick<Keyring, 'current' | 'mac'>>,
): Limits {
  return {
    async take(budget, key) {
      const ring = await keyring()
      const mac = await ring.mac('hash', ring.current, utf8(`limit\0${budget}\0${key}`))
      if (!mac) throw new Error('the current ring version has no hash key')
      const { success } = await bindingOf(env, budget).limit({ key: toBase64Url(mac) })
      return success
    },
  }
}

function bindingOf(env: LimitBindings, budget: string): RateLimit {
  const name: BindingName = `LIMIT_${budget.toUpperCase()}`
  const binding = env[name]
  if (!binding) throw new NotReady(`wrangler.toml has no rate limit ${name}`)
  return binding
}
