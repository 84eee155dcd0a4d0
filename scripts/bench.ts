// Measures Latchkey, the platform under it, and what one would otherwise write. The tables are its standard output.

import { readFileSync, writeFileSync } from 'node:fs'
import { consoleSteps, measureConsole } from './bench/measures/console.ts'
import { contestSteps } from './bench/measures/contest.ts'
import { costSteps, measureCost } from './bench/measures/cost.ts'
import { measureDevices } from './bench/measures/devices.ts'
import { growthSteps, measureGrowth } from './bench/measures/growth.ts'
import { listsSteps, measureLists } from './bench/measures/lists.ts'
import { measureMemory, memorySteps } from './bench/measures/memory.ts'
import { measureStart, startSteps } from './bench/measures/start-up.ts'
import { measureThroughput } from './bench/measures/throughput.ts'
import { HELP, isAsked, OPTIONS, type Part, type Plan, partsOf, planOf } from './bench/plan.ts'
import { withBench } from './bench/report/document.ts'
import { machine } from './bench/report/machine.ts'
import { formatSection, formatTables, type Section } from './bench/report/section.ts'
import { command } from './lib/cli/command.ts'
import { openProgress, type Progress } from './lib/cli/progress.ts'
import { Refusal } from './lib/cli/refusal.ts'

const DOCUMENT = 'docs/performance.md'

type Measurement = {
  readonly steps: (plan: Plan) => number
  readonly measure: (plan: Plan, progress: Progress, signal: AbortSignal) => Promise<Section>
}

const MEASUREMENTS: Readonly<Record<Part, Measurement>> = {
  throughput: { steps: contestSteps, measure: measureThroughput },
  devices: { steps: contestSteps, measure: measureDevices },
  cost: { steps: costSteps, measure: measureCost },
  growth: { steps: growthSteps, measure: measureGrowth },
  lists: { steps: listsSteps, measure: measureLists },
  console: { steps: consoleSteps, measure: measureConsole },
  start: { steps: startSteps, measure: measureStart },
  memory: { steps: memorySteps, measure: measureMemory },
}

await command({ help: HELP, options: OPTIONS, stopsAs: 'failure' }, async ({ values, signal }) => {
  const plan = planOf(values)
  const parts = partsOf(plan)
  if (values.docs && !parts.every((part) => isAsked(plan, part))) {
    throw new Refusal('--docs writes whole parts: name no single row', 2)
  }
  const progress = openProgress(parts.reduce((sum, part) => sum + MEASUREMENTS[part].steps(plan), 0))
  const measured: { part: Part; section: Section }[] = []
  const broken: string[] = []
  try {
    for (const part of parts) {
      try {
        measured.push({ part, section: await MEASUREMENTS[part].measure(plan, progress, signal) })
      } catch (error) {
        // What the other parts have measured took minutes.
        signal.throwIfAborted()
        broken.push(`${part}: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
  } finally {
    progress.end()
  }
  const sections = measured.map(({ section }) => section)
  const where = machine()
  const kind = plan.isQuick ? ' Quick: too short to quote.' : ''
  console.log(`\n${where.description}.${kind}\n`)
  console.log(sections.map(formatSection).join('\n\n'))
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ machine: where, plan, sections }, null, 2)}\n`)
  }
  if (values.docs) writeDocument(measured, where.description)
  const failures = [...sections.flatMap(({ failures = [] }) => failures), ...broken]
  if (failures.length > 0) throw new Refusal(failures.join(' '))
})

function writeDocument(
  measured: readonly { readonly part: Part; readonly section: Section }[],
  where: string,
): void {
  const document = measured.reduce(
    (text, { part, section }) => withBench(text, part, formatTables(section)),
    withBench(readFileSync(DOCUMENT, 'utf8'), 'machine', `${where}.`),
  )
  writeFileSync(DOCUMENT, document)
}
