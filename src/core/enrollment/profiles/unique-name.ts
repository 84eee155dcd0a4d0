/**
 * A profile may have a name of its dialect that no other profile of its organization has. Profiles live in ledgers, so
 * the name is reserved in D1 before the ledger commits; who does not get it commits nothing.
 */

import type { Dialect } from '../../kernel/cause.ts'
import { type Fault, type Faults, type Outcome, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'

/** So long a reservation is believed without a look: its holder may be about to commit. */
const COMMIT_WITHIN_MILLISECONDS = 60_000

export type NameOwner = { readonly organization: number; readonly dialect: Dialect; readonly ledger: number }

/** Runs the commit with the name reserved. @param name null: none is needed. */
export async function withUniqueName<T, F extends Fault>(
  ports: Ports,
  owner: NameOwner,
  name: string | null,
  commit: () => Promise<Outcome<T, F>>,
): Promise<Outcome<T, F | Faults<'external_reference_taken'>>> {
  if (name === null) return commit()
  if (!(await hold(ports, owner, name))) return refuse({ kind: 'external_reference_taken' })
  return commit()
}

/**
 * Gives up a name that its owner no longer has.
 * @param since when that began; a later reservation stays
 */
export async function giveUpName(
  ports: Ports,
  owner: NameOwner,
  name: string | null,
  since: number,
): Promise<void> {
  if (name === null) return
  const { organization, ledger } = owner
  await ports.ledgerDirectory.release({ organization, scope: scopeOf(owner), value: name, ledger }, since)
}

/** A name that its holder does not use, and had the time to, is taken over. */
async function hold(ports: Ports, owner: NameOwner, name: string): Promise<boolean> {
  const { organization, ledger } = owner
  const reservation = { organization, scope: scopeOf(owner), value: name, ledger }
  const now = ports.now()
  const held = await ports.ledgerDirectory.reserve(reservation, now)
  if (held.ledger === ledger) return true
  if (now - held.reservedAt < COMMIT_WITHIN_MILLISECONDS) return false
  const other = await ports.ledgers.open(held.ledger, organization).getProfile(1)
  if (other.ok && other.value.uniqueName === name) return false
  return ports.ledgerDirectory.takeOver(reservation, held, now)
}

function scopeOf({ dialect }: NameOwner): string {
  return `${dialect}:profile`
}
