import type { LimitName, Limits } from '../../core/access/limits.ts'

/** What wrangler.toml calls each. */
const BINDINGS = {
  illumio: 'LIMIT_ILLUMIO',
  zpa_read: 'LIMIT_ZPA_READ',
  zpa_write: 'LIMIT_ZPA_WRITE',
  failures: 'LIMIT_FAILURES',
} as const satisfies Record<LimitName, string>

export type LimitBindings = Readonly<Record<(typeof BINDINGS)[LimitName], RateLimit>>

/** Counted by the platform: in memory, of one location. */
export function createLimits(env: LimitBindings): Limits {
  return {
    async take(name, key) {
      const { success } = await env[BINDINGS[name]].limit({ key: `${name} ${key}` })
      return success
    },
  }
}
