import { outside, type Reach } from '../../../core/access/reach/reach.ts'
import type { Refusal } from '../../../core/kernel/outcome.ts'
import type { LedgerStore } from './tables/ledger-store.ts'
import type { AgentBody, ProfileBody } from './tables/rows.ts'

/** null when the profile is within reach. A deleted one has the labels that it had: what its keys enrolled is found by them. */
export function outsideProfile(store: LedgerStore, n: number, reach: Reach): Refusal | null {
  if (reach === null) return null
  const [row] = store.sql.exec<{ body: string }>('SELECT body FROM profiles WHERE n = ?', n).toArray()
  return outside(reach, row ? (JSON.parse(row.body) as ProfileBody).grant : { labels: [] })
}

/** null when the agent is. */
export function outsideAgent({ body }: { readonly body: string }, reach: Reach): Refusal | null {
  return reach === null ? null : outside(reach, (JSON.parse(body) as AgentBody).grant)
}
