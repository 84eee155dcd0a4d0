/** The answers against what lies on the disk, in the ledgers and in D1. */
import { parseId } from '../../../src/core/kernel/ids.ts'
import { type Check, none } from '../report.ts'
import type { StoredKey, StoredLedger, StoredProjections } from '../storage.ts'
import type { KeyHistory } from './key-run.ts'

export function verdictOf(
  histories: readonly Pick<KeyHistory, 'key' | 'agents' | 'uses'>[],
  ledgers: readonly StoredLedger[],
  projections: StoredProjections,
): Check[] {
  const keys = new Map(ledgers.flatMap((ledger) => ledger.keys.map((key) => [nameOf(key), key])))
  const agents = new Map(ledgers.flatMap((ledger) => [...ledger.agents]))
  const counted = [...keys.values()]
  const lost = histories.flatMap(({ agents: reply }) => [...reply].filter((agent) => !agents.has(agent)))
  const moved = histories.flatMap(({ key, uses }) => {
    const name = nameOf(parseId(key.id.slice('key_'.length)) ?? { ledger: 0, n: 0 })
    const stored = keys.get(name)
    return stored?.uses === uses ? [] : [`key ${name}: ${uses} uses were read, ${stored?.uses} are stored`]
  })
  return [
    none('lost acknowledgements', lost),
    none('counts that moved after the last use', moved),
    none(
      'burned uses: counted, without an agent',
      counted.filter(({ uses, agents }) => uses > agents).map(describe),
    ),
    none(
      'over-use: agents that were not counted, or counted alike',
      counted.filter(isMiscounted).map(describe),
    ),
    ...heldChecks(counted),
    none(
      'keys that D1 counts otherwise',
      counted.filter((key) => projections.keys.get(nameOf(key)) !== key.uses).map(describe),
    ),
    none(
      'agents that D1 has not, or otherwise',
      [...agents].filter(([id, state]) => projections.agents.get(id) !== state).map(([id]) => id),
    ),
    none(
      'agents that D1 has and no ledger',
      [...projections.agents.keys()].filter((id) => !agents.has(id)),
    ),
    none(
      'enrollments without their one event',
      [...agents.keys()].filter((id) => projections.enrollments.get(id) !== 1),
    ),
    none(
      'rows that D1 refused',
      ledgers.filter(({ dead }) => dead > 0).map(({ id }) => `ledger ${id}`),
    ),
  ]
}

/** What is so in every state of a ledger, also of one that was killed. */
export function heldChecks(keys: readonly StoredKey[]): Check[] {
  return [
    none(
      'keys that say other than they hold',
      keys.filter(({ held, holds }) => held !== holds).map(describe),
    ),
    none(
      'keys that hold more than they allow',
      // A limit that was lowered returns what is held beyond it, and no agent.
      keys
        .filter(({ maxUses, uses, held }) => maxUses !== null && held > 0 && uses + held > maxUses)
        .map(describe),
    ),
    none('keys with agents of denied claims', keys.filter(({ denied }) => denied > 0).map(describe)),
  ]
}

function isMiscounted({ uses, agents, useNumbers, lastUse }: StoredKey): boolean {
  return agents > uses || useNumbers !== agents || lastUse !== agents
}

function nameOf({ ledger, n }: { readonly ledger: number; readonly n: number }): string {
  return `${ledger}.${n}`
}

function describe(key: StoredKey): string {
  return JSON.stringify(key)
}
