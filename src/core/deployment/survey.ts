import type { Survey } from '../enrollment/ledger/maintenance.ts'
import { map, type Outcome } from '../kernel/outcome.ts'
import { deploymentCase } from './deployment-case.ts'
import { eachLedger } from './each-ledger.ts'
import type { ByVersion } from './port.ts'

/** What a page of all ledgers has, together, and where the next one begins. */
export const survey = deploymentCase(
  async (ports, _maintenance, after: number): Promise<Outcome<Survey & { readonly next: number | null }>> => {
    const { versions } = await ports.ring.describe()
    const page = await eachLedger(ports, after, (ledger) => ledger.survey(versions))
    return map(page, ({ answers, next }) => ({ ...answers.reduce(together, NOTHING), next }))
  },
)

const NOTHING: Survey = {
  keys: {},
  families: {},
  certificates: {},
  suspendedKeys: 0,
  suspendedFamilies: 0,
  waiting: 0,
}

function together(a: Survey, b: Survey): Survey {
  return {
    keys: sum(a.keys, b.keys),
    families: sum(a.families, b.families),
    certificates: sum(a.certificates, b.certificates),
    suspendedKeys: a.suspendedKeys + b.suspendedKeys,
    suspendedFamilies: a.suspendedFamilies + b.suspendedFamilies,
    waiting: a.waiting + b.waiting,
  }
}

function sum(a: ByVersion, b: ByVersion): ByVersion {
  const counts: Record<number, number> = { ...a }
  for (const [version, count] of Object.entries(b)) {
    counts[Number(version)] = (counts[Number(version)] ?? 0) + count
  }
  return counts
}
