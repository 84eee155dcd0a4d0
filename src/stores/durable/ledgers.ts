import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Ledger as LedgerPort, Ledgers } from '../../core/ledger/port.ts'
import { refuse } from '../../core/outcome.ts'
import { ledgers, reservations } from '../d1/schema.ts'
import type { Ledger } from './ledger.ts'

/** Calls that may be made twice: reads, and what a claim, a generation or a final state makes idempotent. */
const IDEMPOTENT: ReadonlySet<PropertyKey> = new Set<keyof LedgerPort>([
  'getProfile',
  'hasProfile',
  'getKey',
  'getAgent',
  'explain',
  'refresh',
  'heartbeat',
  'revokeKey',
])

export function createLedgers(namespace: DurableObjectNamespace<Ledger>, db: D1Database): Ledgers {
  const d1 = drizzle(db)
  return {
    async allot(organizationId) {
      const row = { organizationId, createdAt: Date.now() }
      const [made] = await d1.insert(ledgers).values(row).returning({ id: ledgers.id })
      if (!made) throw new Error('D1 allotted no ledger')
      return made.id
    },

    open: (ledger) => remote(namespace, ledger),

    async reserve(organizationId, scope, value, ledger) {
      const row = { organizationId, scope, value, ledger }
      const [held] = await d1
        .insert(reservations)
        .values(row)
        .onConflictDoUpdate({
          target: [reservations.organizationId, reservations.scope, reservations.value],
          set: { scope },
        })
        .returning({ ledger: reservations.ledger })
      return held?.ledger ?? ledger
    },

    async release(organizationId, scope, value, ledger) {
      await d1
        .delete(reservations)
        .where(
          and(
            eq(reservations.organizationId, organizationId),
            eq(reservations.scope, scope),
            eq(reservations.value, value),
            eq(reservations.ledger, ledger),
          ),
        )
    },
  }
}

/** The ledger's methods, each over a fresh stub; an overloaded object is an expected refusal, not a failure. */
function remote(namespace: DurableObjectNamespace<Ledger>, ledger: number): LedgerPort {
  const call = (method: PropertyKey, input: readonly unknown[]): Promise<unknown> => {
    const stub = namespace.getByName(String(ledger)) as unknown as Record<
      PropertyKey,
      (...input: readonly unknown[]) => Promise<unknown>
    >
    const found = stub[method]
    if (!found) throw new Error(`a ledger has no ${String(method)}`)
    return found(...input)
  }
  return new Proxy({} as LedgerPort, {
    get:
      (_, method) =>
      async (...input: readonly unknown[]) => {
        try {
          return await call(method, input)
        } catch (error) {
          const { overloaded, retryable } = error as { overloaded?: boolean; retryable?: boolean }
          if (overloaded) return refuse({ kind: 'busy', retryAfterSeconds: 1 })
          if (retryable && mayRepeat(method, input)) return call(method, input)
          throw error
        }
      },
  })
}

/** A redemption may be repeated only when its claim makes the repeat free. */
function mayRepeat(method: PropertyKey, input: readonly unknown[]): boolean {
  if (method !== 'redeem') return IDEMPOTENT.has(method)
  return (input[0] as { claimHash: string | null }).claimHash !== null
}
