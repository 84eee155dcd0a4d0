/**
 * Which keys are in a state (core/enrollment/ledger/key.ts, keyState), as far as SQL knows: not what a key's windows say. A plus sign
 * keeps a comparison from choosing the index, which the order does.
 */
import { and, not, type SQL, sql } from 'drizzle-orm'
import type { KeyState } from '../../../core/enrollment/ledger/key.ts'
import { isWithin, type KeyRules } from '../../../core/enrollment/ledger/rules/key-rules.ts'
import { keys } from '../schema/index.ts'
import type { Value } from './lists/order.ts'

/** In the order in which `keyState` asks; the first that holds is the state. */
const STATES = [
  'revoked',
  'disabled',
  'suspended_by_restore',
  'paused',
  'scheduled',
  'expired',
  'spent',
  'held',
] as const satisfies readonly KeyState[]

type Doubt = { readonly value: SQL; readonly passes: (value: Value) => boolean }
export type StateFilter = { readonly filter: SQL; readonly doubt?: Doubt | undefined }

const WINDOWS = sql`(${keys.record} -> '$.rules.windows')`
const HAS_WINDOWS = sql`coalesce(json_array_length(${keys.record}, '$.rules.windows'), 0) > 0`

export function keysInState(state: KeyState | 'usable', now: number): StateFilter {
  if (state === 'usable') {
    return { filter: sql`+${keys.isLive} = 1 AND +${keys.expiresAt} > ${now}` }
  }
  const earlier = STATES.slice(0, state === 'active' ? undefined : STATES.indexOf(state))
  const before = earlier.map((one) => not(conditionOf(one, now)))
  const own = state === 'active' ? undefined : conditionOf(state, now)
  const isBehindWindows = earlier.includes('scheduled')
  if (state !== 'scheduled' && !isBehindWindows) return { filter: and(...before, own) as SQL }
  const isOpen = (windows: Value) => isWithin(JSON.parse(String(windows)) as KeyRules['windows'], now)
  if (isBehindWindows) {
    const value = sql`iif(${HAS_WINDOWS}, ${WINDOWS}, NULL)`
    return { filter: and(...before, own) as SQL, doubt: { value, passes: isOpen } }
  }
  // One that has not begun is scheduled, whatever its windows say.
  const filter = and(...before, sql`(${own} OR ${HAS_WINDOWS})`) as SQL
  const value = sql`iif(${own}, NULL, ${WINDOWS})`
  return { filter, doubt: { value, passes: (windows) => !isOpen(windows) } }
}

function conditionOf(state: (typeof STATES)[number], now: number): SQL {
  const member = (name: string) => sql`(${keys.record} ->> ${sql.raw(`'$.${name}'`)})`
  const at = sql.raw(String(Math.trunc(now)))
  const limit = member('maxUses')
  switch (state) {
    case 'revoked':
      return sql`${member('revokedAt')} IS NOT NULL`
    case 'disabled':
      return sql`${member('isEnabled')} = 0`
    case 'suspended_by_restore':
      return sql`${member('suspendedAt')} IS NOT NULL`
    case 'paused':
      return sql`(${member('pausedAt')} IS NOT NULL AND coalesce(${member('resumesAt')}, ${at} + 1) > ${at})`
    case 'scheduled':
      return sql`coalesce(${member('rules.notBefore')}, 0) > ${at}`
    case 'expired':
      return sql`+${keys.expiresAt} <= ${at}`
    case 'spent':
      return sql`coalesce(${member('uses')} >= ${limit}, 0)`
    case 'held':
      return sql`coalesce(${member('uses')} + ${member('held')} >= ${limit}, 0)`
  }
}
