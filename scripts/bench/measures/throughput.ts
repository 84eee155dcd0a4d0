import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../../lib/cli/progress.ts'
import { startBaseline } from '../baseline/baseline.ts'
import { type Load, runLoad, type Sample } from '../load/load.ts'
import type { Plan } from '../plan.ts'
import type { Figure, Section } from '../report/section.ts'
import { median, ratio, spread } from '../report/statistics.ts'
import { formatFigure, type Table } from '../report/table.ts'
import { atLeast } from '../report/target.ts'
import { startFloor } from '../subjects/floor.ts'
import { startSubjectIn } from '../subjects/subject.ts'
import { together } from '../subjects/together.ts'
import { usageOf, waitUntilQuiet } from '../subjects/usage.ts'
import { baselineMeasures, floorMeasures, type Measure, subjectMeasures } from './measure.ts'

export type Run = Sample & {
  /** Of the measured process, what it put off included; null: not counted. */
  readonly cpuMs: number | null
}
export type Runs = ReadonlyMap<string, readonly Run[]>

const WARM_UP_REQUESTS = 300

export function throughputSteps({ rounds }: Plan): number {
  return 2 + rounds
}

/** Requests per second: the platform's floors, Latchkey and the baseline in turns, round after round. */
export async function measureThroughput(
  plan: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  progress.begin('starting the floor, the baseline and the server')
  const [floor, baseline, subject] = await together([
    startFloor(undo),
    startBaseline(plan.profiles, plan.keys, undo),
    startSubjectIn(undo, signal),
  ])
  const measures = [
    ...floorMeasures(floor),
    ...(await subjectMeasures(subject, plan)),
    ...baselineMeasures(baseline),
  ]
  progress.step()
  const runs = await runRounds(measures, plan, progress, signal)
  return {
    title: 'Throughput',
    notes: [
      `Medians of ${plan.rounds} interleaved rounds of ${plan.secondsEach} s; a ratio is the median of the rounds' own. Each ledger is a durable file of its own, which one machine writes one after the other; on Cloudflare each is a machine's.`,
    ],
    tables: [tableOf(measures, runs)],
    figures: figuresOf(runs),
    samples: Object.fromEntries(runs),
  }
}

/** All of them once as a warm-up, then in turns, round after round. */
export async function runRounds(
  measures: readonly Measure[],
  plan: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Runs> {
  progress.begin('warming up')
  for (const measure of measures) await run(measure, { requests: WARM_UP_REQUESTS }, plan.settleMs)
  progress.step()

  const runs = new Map<string, Run[]>(measures.map(({ id }) => [id, []]))
  for (let round = 1; round <= plan.rounds; round++) {
    for (const measure of measures) {
      signal.throwIfAborted()
      progress.begin(`round ${round}, ${measure.title}, ${measure.connections} connections`)
      runs.get(measure.id)?.push(await run(measure, { seconds: plan.secondsEach }, plan.settleMs))
    }
    progress.step()
  }
  return runs
}

async function run(measure: Measure, extent: Load['extent'], settleMs: number): Promise<Run> {
  const { url, connections, pid } = measure
  const request = await measure.request()
  const before = pid === null ? 0 : usageOf(pid).cpuSeconds
  const sample = await runLoad({ url, connections, extent, request })
  if (pid === null) return { ...sample, cpuMs: null }
  await delay(settleMs)
  await waitUntilQuiet(pid)
  return { ...sample, cpuMs: ((usageOf(pid).cpuSeconds - before) * 1_000) / sample.answers }
}

export function tableOf(measures: readonly Measure[], runs: Runs): Table {
  return {
    columns: ['', 'connections', 'requests/s', '± %', 'median ms', 'p99 ms', 'CPU ms each'],
    rows: measures.map(({ id, title, connections }) => {
      const of = (pick: (run: Run) => number | null) =>
        (runs.get(id) ?? []).map(pick).filter((value) => value !== null)
      const cpu = of((run) => run.cpuMs)
      return [
        title,
        String(connections),
        formatFigure(Math.round(median(of((run) => run.perSecond)))),
        formatFigure(Math.round(spread(of((run) => run.perSecond)) * 50)),
        formatFigure(median(of((run) => run.medianMs))),
        formatFigure(median(of((run) => run.p99Ms))),
        cpu.length === 0 ? '' : formatFigure(median(cpu)),
      ]
    }),
  }
}

function figuresOf(runs: Runs): readonly Figure[] {
  const rates = (id: string) => (runs.get(id) ?? []).map(({ perSecond }) => perSecond)
  const compare = (name: string, of: string, to: string, least: number): Figure => ({
    name,
    value: ratio(rates(of), rates(to)),
    unit: '×',
    target: atLeast(least),
  })
  return [
    compare('one key: Latchkey / baseline', 'hot', 'baseline-hot', 1.5),
    compare('one key / no-op object call', 'hot', 'object', 0.4),
    compare('spread: Latchkey / baseline', 'spread', 'baseline-spread', 0.25),
    compare('spread / one key, 256 connections', 'spread-many', 'hot-many', 0.5),
    compare('agent token / plain handler', 'self', 'plain', 0.6),
    // Else the redemptions' figures would be the load's own.
    compare('load: the same bodies to a plain handler / one key', 'generator', 'hot', 1.5),
  ]
}
