import { and, eq, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { LedgerDirectory, Reservation } from '../../../core/enrollment/ledger/directory.ts'
import { BoundedMap } from '../../../core/kernel/bounded-map.ts'
import { ledgers, reservations } from '../schema/index.ts'

/** A ledger never changes its organization, so that an isolate may remember some. */
const MAX_REMEMBERED = 10_000

export function createLedgerDirectory(db: D1Database): LedgerDirectory {
  const d1 = drizzle(db)
  const owners = new BoundedMap<number, number>(MAX_REMEMBERED)
  const shared = new BoundedMap<string, number>(MAX_REMEMBERED)

  async function ownerOf(ledger: number): Promise<number | null> {
    const known = owners.get(ledger)
    if (known !== undefined) return known
    const [row] = await d1
      .select({ organization: ledgers.organizationId })
      .from(ledgers)
      .where(eq(ledgers.id, ledger))
    if (!row) return null
    owners.set(ledger, row.organization)
    return row.organization
  }

  async function allot(organizationId: number): Promise<number> {
    const row = { organizationId, createdAt: Date.now() }
    const [made] = await d1.insert(ledgers).values(row).returning({ id: ledgers.id })
    if (!made) throw new Error('D1 allotted no ledger')
    return made.id
  }

  /** Concurrent callers all get the same ledger. */
  async function allotShared(organizationId: number, scope: string): Promise<number> {
    const ledger = await allot(organizationId)
    const row = { organizationId, scope, value: '', ledger, reservedAt: Date.now() }
    const [held] = await d1
      .insert(reservations)
      .values(row)
      .onConflictDoUpdate({
        target: [reservations.organizationId, reservations.scope, reservations.value],
        set: { reservedAt: sql`reserved_at` },
      })
      .returning({ ledger: reservations.ledger })
    if (!held) throw new Error('D1 answered no reservation')
    return held.ledger
  }

  return {
    allot,

    async shared(organizationId, dialect) {
      const name = `${organizationId} ${dialect}`
      const known = shared.get(name)
      if (known !== undefined) return known
      const scope = `${dialect}:ledger`
      const isIt = isNamed({ organization: organizationId, scope, value: '', ledger: 0 })
      const [found] = await d1.select({ ledger: reservations.ledger }).from(reservations).where(isIt)
      const ledger = found?.ledger ?? (await allotShared(organizationId, scope))
      shared.set(name, ledger)
      return ledger
    },

    isOwned: async (organization, ledger) => (await ownerOf(ledger)) === organization,

    async reserve({ organization: organizationId, ...rest }, now) {
      const [held] = await d1
        .insert(reservations)
        .values({ organizationId, ...rest, reservedAt: now })
        .onConflictDoUpdate({
          target: [reservations.organizationId, reservations.scope, reservations.value],
          set: { reservedAt: sql`iif(ledger = excluded.ledger, excluded.reserved_at, reserved_at)` },
        })
        .returning({ ledger: reservations.ledger, reservedAt: reservations.reservedAt })
      if (!held) throw new Error('D1 answered no reservation')
      return held
    },

    async takeOver(reservation, from, now) {
      const taken = await d1
        .update(reservations)
        .set({ ledger: reservation.ledger, reservedAt: now })
        .where(
          and(
            isNamed(reservation),
            eq(reservations.ledger, from.ledger),
            eq(reservations.reservedAt, from.reservedAt),
          ),
        )
        .returning({ ledger: reservations.ledger })
      return taken.length === 1
    },

    async release(reservation, since) {
      const isIts = eq(reservations.ledger, reservation.ledger)
      await d1
        .delete(reservations)
        .where(and(isNamed(reservation), isIts, lt(reservations.reservedAt, since)))
    },
  }
}

function isNamed({ organization, scope, value }: Reservation) {
  return and(
    eq(reservations.organizationId, organization),
    eq(reservations.scope, scope),
    eq(reservations.value, value),
  )
}
