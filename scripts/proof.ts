// Puts the promises to the test: the report is the standard output, and a JSON file. Exit 1 names what was broken.

import { writeFileSync } from 'node:fs'
import { machine } from './bench/report/machine.ts'
import { command } from './lib/cli/command.ts'
import { openProgress, type Progress } from './lib/cli/progress.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { DIALECTS } from './proof/api/dialects.ts'
import { proveDecoy } from './proof/decoy.ts'
import { loadsOf, proveFairness } from './proof/fairness.ts'
import { proveFuzz } from './proof/fuzz.ts'
import { proveHistory } from './proof/history.ts'
import { proveHolds } from './proof/holds.ts'
import { proveIsolation } from './proof/isolation.ts'
import { MUTATIONS, proveMutations } from './proof/mutations.ts'
import { HELP, OPTIONS, type PartName, type Plan, partsOf, planOf } from './proof/plan.ts'
import { proveModel, proveOutbox } from './proof/properties.ts'
import { brokenIn, formatPart, type Part } from './proof/report.ts'
import { proveSchemathesis } from './proof/schemathesis.ts'
import { proveSecrets } from './proof/secrets.ts'
import { proveWebhooks } from './proof/webhooks.ts'

type Proof = {
  /** Of its progress bar. */
  readonly steps: (plan: Plan) => number
  readonly prove: (plan: Plan, progress: Progress, signal: AbortSignal) => Promise<Part>
}

const SECRET_STEPS = 3

const PROOFS: Readonly<Record<PartName, Proof>> = {
  model: { steps: ({ model }) => model.sequences, prove: ({ model }, ...rest) => proveModel(model, ...rest) },
  history: {
    steps: ({ history }) => history.redemptions,
    prove: ({ history }, ...rest) => proveHistory(history, ...rest),
  },
  holds: { steps: () => 1, prove: ({ holds }, ...rest) => proveHolds(holds, ...rest) },
  decoy: {
    steps: ({ decoy }) => decoy.calls,
    prove: ({ decoy }, ...rest) => proveDecoy(decoy, ...rest),
  },
  outbox: {
    steps: ({ outbox }) => outbox.sequences,
    prove: ({ outbox }, ...rest) => proveOutbox(outbox, ...rest),
  },
  webhooks: {
    steps: ({ webhooks }) => webhooks.events,
    prove: ({ webhooks }, ...rest) => proveWebhooks(webhooks, ...rest),
  },
  fuzz: { steps: ({ fuzz }) => fuzz.requests, prove: ({ fuzz }, ...rest) => proveFuzz(fuzz, ...rest) },
  schemathesis: {
    steps: () => DIALECTS.length + 1,
    prove: ({ schemathesis }, ...rest) => proveSchemathesis(schemathesis, ...rest),
  },
  secrets: { steps: () => SECRET_STEPS, prove: ({ secrets }, ...rest) => proveSecrets(secrets, ...rest) },
  isolation: {
    steps: () => DIALECTS.length,
    prove: ({ isolation }, ...rest) => proveIsolation(isolation, ...rest),
  },
  fairness: {
    steps: ({ fairness }) => loadsOf(fairness).length,
    prove: ({ fairness }, ...rest) => proveFairness(fairness, ...rest),
  },
  mutations: { steps: () => MUTATIONS.length, prove: (_, ...rest) => proveMutations(...rest) },
}

await command({ help: HELP, options: OPTIONS, stopsAs: 'failure' }, async ({ values, signal }) => {
  const plan = planOf(values)
  const where = machine()
  const parts: Part[] = []
  console.log(where.description)
  for (const name of partsOf(values)) {
    const { steps, prove } = PROOFS[name]
    const progress = openProgress(steps(plan))
    const begin = performance.now()
    try {
      parts.push(await prove(plan, progress, signal))
    } finally {
      progress.end()
    }
    console.log(
      `\n${formatPart(parts.at(-1) as Part)}\n  in ${Math.round((performance.now() - begin) / 1_000)} s`,
    )
    // After each part, so that what was proved is not lost with what was not.
    writeFileSync(values.json, `${JSON.stringify({ machine: where, plan, parts }, null, 2)}\n`)
  }
  const broken = brokenIn(parts)
  if (broken.length > 0) throw new Refusal(`broken:\n  ${broken.join('\n  ')}`)
})
