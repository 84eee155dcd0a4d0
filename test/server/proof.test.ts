/** `npm run proof`, in its short form: the same checks, on less. */
import { expect, test } from 'vitest'
import { proveFairness } from '../../scripts/proof/fairness.ts'
import { proveFuzz } from '../../scripts/proof/fuzz.ts'
import { proveHistory } from '../../scripts/proof/history.ts'
import { proveHolds } from '../../scripts/proof/holds.ts'
import { proveIsolation } from '../../scripts/proof/isolation.ts'
import { SHORT } from '../../scripts/proof/plan.ts'
import { brokenIn, type Part } from '../../scripts/proof/report.ts'
import { proveSecrets } from '../../scripts/proof/secrets.ts'

const SILENT = { begin: () => {}, step: () => {}, end: () => {} }

const parts: Record<string, (signal: AbortSignal) => Promise<Part>> = {
  'a history of redemptions under SIGKILLs has a legal order, and the disk agrees with what was told': (
    signal,
  ) => proveHistory(SHORT.history, SILENT, signal),
  'a thousand machines hold 25 uses under SIGKILLs and jumps of the clock, others wait for approval, and no rule breaks':
    (signal) => proveHolds(SHORT.holds, SILENT, signal),
  'no request of any operation is answered with a failure, or otherwise than documented': (signal) =>
    proveFuzz(SHORT.fuzz, SILENT, signal),
  'after every operation no secret is in a file, the output or a refusal, and a guess leaves no trace': (
    signal,
  ) => proveSecrets(SHORT.secrets, SILENT, signal),
  'another’s name is answered as nobody’s on every route': (signal) =>
    proveIsolation(SHORT.isolation, SILENT, signal),
  'a bystander’s enrollments go on beside forms, passwords, codes and jobs of one client': (signal) =>
    proveFairness(SHORT.fairness, SILENT, signal),
}

test.each(Object.entries(parts))('%s', async (_, prove) => {
  expect(brokenIn([await prove(new AbortController().signal)])).toEqual([])
})
