import { setTimeout as delay } from 'node:timers/promises'
import type { Request } from 'autocannon'
import type { Progress } from '../../lib/cli/progress.ts'
import { runLoad, type Sample } from '../load/load.ts'
import { isAsked, type Part, type Plan, type Row } from '../plan.ts'
import { each, inRounds, type Measured, noisiest, type Rounds, unmeasured } from '../report/rounds.ts'
import { type Figure, figureOf, type Section } from '../report/section.ts'
import { median, noise, ratios } from '../report/statistics.ts'
import { formatFigure, type Table } from '../report/table.ts'
import type { Target } from '../report/target.ts'
import { together } from '../subjects/together.ts'
import { cpuSecondsOf, waitUntilQuiet } from '../subjects/usage.ts'

export type Run = Sample & {
  /** Of the measured processes, what they put off included; null: not counted. */
  readonly cpuMs: number | null
}

/** Requests that one subject is asked again and again. */
export type Measure<S> = {
  readonly id: string
  readonly title: string
  readonly connections: number
  /** Called for each round. */
  readonly request: (subject: S) => Request | Promise<Request>
}

/** What is measured: its address, and the processes whose CPU time is counted and that are waited for afterwards. */
export type Measurable = { readonly url: string; readonly pids: readonly number[] }

/** One that is measured beside others. It is started only if one of its measures is asked for. */
export type Contestant = {
  readonly ids: readonly string[]
  readonly start: (ids: ReadonlySet<string>, undo: AsyncDisposableStack) => Promise<readonly Bound[]>
}
type Bound = Omit<Measure<never>, 'request'> &
  Measurable & { readonly request: () => Request | Promise<Request> }

export function contestant<S extends Measurable>(
  measures: readonly Measure<S>[],
  start: (undo: AsyncDisposableStack) => Promise<S>,
): Contestant {
  return {
    ids: measures.map(({ id }) => id),
    start: async (ids, undo) => {
      const subject = await start(undo)
      const { url, pids } = subject
      return measures
        .filter(({ id }) => ids.has(id))
        .map((measure) => ({ ...measure, url, pids, request: () => measure.request(subject) }))
    },
  }
}

/** A figure that is read from rounds. */
export type Question = {
  /** The row of the report that it is; absent: only the whole part shows it. */
  readonly row?: Row
  /** The ids of the measures that it is read from. */
  readonly needs: readonly string[]
  readonly answer: (rounds: Rounds<Run>) => Figure
}

/** How one measure's rate compares with another's of the same rounds. */
export function compare(row: Row | null, name: string, of: string, to: string, target?: Target): Question {
  return {
    ...(row === null ? {} : { row }),
    needs: [of, to],
    answer: (rounds) => figureOf(name, ratios(rates(rounds, of), rates(rounds, to)), '×', target),
  }
}

/** How much longer than the median the slowest answers of a measure take. */
export function tail(row: Row, name: string, of: string, target: Target): Question {
  const answer = (rounds: Rounds<Run>) => {
    const ratio = (run: Run) => run.p99Ms / Math.max(1, run.medianMs)
    return figureOf(name, present(each(rounds, of, ratio)), '×', target)
  }
  return { row, needs: [of], answer }
}

export function rate(row: Row | null, name: string, of: string): Question {
  const answer = (rounds: Rounds<Run>) => figureOf(name, present(rates(rounds, of)), '/s')
  return { ...(row === null ? {} : { row }), needs: [of], answer }
}

type Contest = {
  readonly part: Part
  readonly title: string
  readonly note: string
  readonly contestants: readonly Contestant[]
  readonly questions: readonly Question[]
}

const WARM_UP_REQUESTS = 300
/** Two runs of the same code differ by as much on a shared machine, whatever their rounds say. */
const LEAST_PROVABLE_PERCENT = 15

export function contestSteps({ rounds }: Plan): number {
  return 2 + rounds
}

/** Requests per second, of all contestants in turns, round after round. */
export async function hold(
  contest: Contest,
  plan: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  progress.begin(`starting what is measured: ${contest.part}`)
  const questions = contest.questions.filter(({ row }) => isAsked(plan, contest.part, row))
  const isWhole = isAsked(plan, contest.part)
  const ids = new Set(
    isWhole ? contest.contestants.flatMap((each) => each.ids) : questions.flatMap(({ needs }) => needs),
  )
  const chosen = contest.contestants.filter((each) => each.ids.some((id) => ids.has(id)))
  const measures = (await together(chosen.map(({ start }) => start(ids, undo)))).flat()
  progress.step()

  progress.begin('warming up')
  await inRounds(measures, 1, (measure) => run(measure, { requests: WARM_UP_REQUESTS }, plan), signal)
  progress.step()
  let current = 1
  const measured = await inRounds(
    measures,
    plan.rounds,
    (measure, factor, round) => {
      if (round > current) progress.step()
      current = round
      progress.begin(`round ${round}, ${measure.title}, ${measure.connections} connections`)
      return run(measure, { seconds: plan.secondsEach * factor }, plan)
    },
    signal,
  )
  progress.step()
  return {
    title: contest.title,
    notes: [contest.note, ...notesOf(measures, plan, measured)],
    tables: [tableOf(measures, measured.rounds)],
    figures: questions.map(({ answer }) => answer(measured.rounds)),
    samples: { rounds: Object.fromEntries(measured.rounds), repeated: measured.repeated },
    failures: unmeasured(measured.rounds).map(
      (id) => `Not measured: ${id}. ${measured.repeated.findLast((text) => text.startsWith(`${id},`)) ?? ''}`,
    ),
  }
}

async function run(
  measure: Bound,
  extent: Parameters<typeof runLoad>[0]['extent'],
  plan: Plan,
): Promise<Run> {
  const { url, connections, pids } = measure
  const request = await measure.request()
  const before = cpuSecondsOf(pids)
  const sample = await runLoad({ url, connections, extent, request })
  if (pids.length === 0) return { ...sample, cpuMs: null }
  await delay(plan.settleMs)
  await waitUntilQuiet(pids)
  return { ...sample, cpuMs: ((cpuSecondsOf(pids) - before) * 1_000) / sample.answers }
}

function tableOf(measures: readonly Bound[], rounds: Rounds<Run>): Table {
  return {
    columns: ['', 'connections', 'requests/s', '± %', 'median ms', 'p99 ms', 'CPU ms each'],
    rows: measures.map(({ id, title, connections }) => {
      const of = (pick: (run: Run) => number) => present(each(rounds, id, pick))
      const middle = (values: readonly number[]) => (values.length === 0 ? Number.NaN : median(values))
      const perSecond = of((run) => run.perSecond)
      const cpu = of((run) => run.cpuMs ?? Number.NaN)
      return [
        title,
        String(connections),
        formatFigure(Math.round(middle(perSecond))),
        perSecond.length < 2 ? '' : formatFigure(Math.round(noise(perSecond) * 100)),
        formatFigure(middle(of((run) => run.medianMs))),
        formatFigure(middle(of((run) => run.p99Ms))),
        cpu.some(Number.isNaN) ? '' : formatFigure(middle(cpu)),
      ]
    }),
  }
}

/** How far the rounds lie apart, and so what they cannot show. */
function notesOf(
  measures: readonly Bound[],
  plan: Plan,
  { rounds, repeated }: Measured<Run>,
): readonly string[] {
  const worst = noisiest(rounds, ({ perSecond }) => perSecond)
  const named = measures.find(({ id }) => id === worst?.id)
  const noise =
    worst === null || named === undefined
      ? ''
      : ` The noisiest row of this run: ±${Math.round(worst.noise * 100)} % (${named.title}, ${named.connections} connections).`
  const length = plan.isQuick ? ` Rounds of ${plan.secondsEach} s: p99 is of few answers.` : ''
  return [
    `Medians of ${plan.rounds} interleaved rounds of ${plan.secondsEach} s; a ratio is the median of the rounds' own. "±" is half of how far the rounds lie apart. A difference below that, or below ${LEAST_PROVABLE_PERCENT} %, is not proven by one run.${noise}${length}`,
    ...(repeated.length === 0 ? [] : [`Attempts that were repeated: ${repeated.join('; ')}.`]),
  ]
}

function rates(rounds: Rounds<Run>, id: string): readonly (number | null)[] {
  return each(rounds, id, ({ perSecond }) => perSecond)
}

function present(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null)
}
