// Measures Latchkey, the platform under it, and what one would otherwise write. The tables are its standard output.

import { readFileSync, writeFileSync } from 'node:fs'
import { costSteps, measureCost } from './bench/cost.ts'
import { devicesSteps, measureDevices } from './bench/devices.ts'
import { withBench } from './bench/document.ts'
import { growthSteps, measureGrowth } from './bench/growth.ts'
import { machine } from './bench/machine.ts'
import { measureMemory, memorySteps } from './bench/memory.ts'
import { HELP, type Options, type Part, type Plan, readOptions } from './bench/plan.ts'
import { openProgress, type Progress } from './bench/progress.ts'
import { formatSection, formatTables, type Section } from './bench/section.ts'
import { measureStart, startSteps } from './bench/start-up.ts'
import { measureThroughput, throughputSteps } from './bench/throughput.ts'
import { exitBecause, Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'

const DOCUMENT = 'docs/performance.md'

type Measurement = {
  readonly steps: (plan: Plan) => number
  readonly measure: (plan: Plan, progress: Progress, signal: AbortSignal) => Promise<Section>
}

const MEASUREMENTS: Readonly<Record<Part, Measurement>> = {
  throughput: { steps: throughputSteps, measure: measureThroughput },
  devices: { steps: devicesSteps, measure: measureDevices },
  cost: { steps: costSteps, measure: measureCost },
  growth: { steps: growthSteps, measure: measureGrowth },
  start: { steps: startSteps, measure: measureStart },
  memory: { steps: memorySteps, measure: measureMemory },
}

const stopping = new AbortController()
onStopSignal(() => stopping.abort(new Refusal('stopped; nothing is left behind')))

try {
  const options = readOptions()
  if (options === null) console.log(HELP)
  else await run(options)
} catch (error) {
  exitBecause(stopping.signal.aborted ? stopping.signal.reason : error)
}
process.exit(0)

async function run({ plan, parts, json, writesDocument }: Options): Promise<void> {
  const chosen = parts.map((part) => MEASUREMENTS[part])
  const progress = openProgress(chosen.reduce((sum, { steps }) => sum + steps(plan), 0))
  const sections: Section[] = []
  try {
    for (const { measure } of chosen) sections.push(await measure(plan, progress, stopping.signal))
  } finally {
    progress.end()
  }
  const where = machine()
  const kind = plan.isQuick ? ' Quick: too short to quote.' : ''
  console.log(`\n${where.description}.${kind}\n`)
  console.log(sections.map(formatSection).join('\n\n'))
  if (json !== null) writeFileSync(json, `${JSON.stringify({ machine: where, plan, sections }, null, 2)}\n`)
  if (!writesDocument) return
  const document = sections.reduce(
    (text, section, i) => withBench(text, parts[i] ?? '', formatTables(section)),
    withBench(readFileSync(DOCUMENT, 'utf8'), 'machine', `${where.description}.`),
  )
  writeFileSync(DOCUMENT, document)
}
