import { formatFigure, formatTable } from '../../bench/report/table.ts'
import { ENROLLMENTS_A_SECOND } from './bystander.ts'
import {
  type Figures,
  LEAST_IDLE_P95_MS,
  LONGEST_WAIT_MS,
  MOST_P95_RATIO,
  MOST_RESIDENT_BYTES,
  mebibytes,
} from './figures.ts'
import type { TrafficReport } from './generator/traffic.ts'
import type { Load } from './load.ts'

/** The bystander alone. */
export type Idle = {
  readonly figures: Figures
  /** By what factor workerd's work lasted longer because others had the CPUs. */
  readonly stretch: number
  readonly peakBytes: number | null
}

export type Result = {
  readonly load: Load
  readonly idle: Idle
  readonly loaded: Figures
  readonly stretch: number
  /** Null when the server's process ended. */
  readonly peakBytes: number | null
  /** Of workerd, until the last enrollment was answered. */
  readonly serverCpuSeconds: number
  readonly report: TrafficReport
  /** What the promise does not allow; empty when it is kept. */
  readonly broken: readonly string[]
}

/**
 * The one with the longer waits: what else the machine did then may have slowed the load, too. Not one that the load
 * itself has spoiled.
 */
export function slower(before: Idle, after: Idle): Idle {
  const isSpoiled = after.figures.unanswered > 0 || after.figures.longestMs > LONGEST_WAIT_MS
  return !isSpoiled && after.figures.p95Ms > before.figures.p95Ms ? after : before
}

type Durations = { readonly idleMs: number; readonly loadMs: number }

const COLUMNS = [
  'load',
  'answers/s',
  'client CPU',
  'server ms',
  'idle p50',
  'idle p95',
  'p50',
  'p95',
  '× idle',
  'longest',
  'CPU wait',
  'errors',
  'lost',
  'MiB',
  '× idle',
]

/** The table of waits, and the table of answers to the loads. */
export function notesOf(results: readonly Result[], plan: Durations): readonly string[] {
  const seconds = (milliseconds: number) => `${formatFigure(milliseconds / 1_000)} s`
  return [
    `A bystander's ${ENROLLMENTS_A_SECOND} enrollments a second, ${seconds(plan.idleMs)} alone and then ${seconds(plan.loadMs)} beside each load; ` +
      `milliseconds from the moment when each was due. Client CPU is what sending the load took of one core; ` +
      `the controls show what that alone does. Server ms: CPU of workerd for each answer, the bystander's share included. ` +
      `CPU wait: by what factor workerd's work lasted longer because others had the CPUs. ` +
      `MiB: the peak of workerd's resident memory.`,
    `The promise: p95 ≤ ${MOST_P95_RATIO} × idle (an idle p95 under ${LEAST_IDLE_P95_MS} ms counts as ${LEAST_IDLE_P95_MS}), no wait over ` +
      `${seconds(LONGEST_WAIT_MS)}, no error, at most ${mebibytes(MOST_RESIDENT_BYTES)} MiB.`,
    '',
    formatTable({ columns: COLUMNS, rows: results.map(rowOf) }),
    '',
    formatTable({ columns: ANSWER_COLUMNS, rows: results.map(answersOf) }),
    '',
  ]
}

function rowOf({ load, idle, loaded, stretch, peakBytes, serverCpuSeconds, report }: Result): string[] {
  const milliseconds = (value: number) => formatFigure(value >= 100 ? Math.round(value) : value)
  return [
    `${load.name} (${load.by})`,
    formatFigure(Math.round(report.answers / report.seconds)),
    `${Math.round(report.cpuShare * 100)} %`,
    report.answers === 0 ? '' : formatFigure((serverCpuSeconds * 1_000) / report.answers),
    milliseconds(idle.figures.medianMs),
    milliseconds(idle.figures.p95Ms),
    milliseconds(loaded.medianMs),
    milliseconds(loaded.p95Ms),
    formatFigure(loaded.p95Ms / idle.figures.p95Ms),
    milliseconds(loaded.longestMs),
    formatFigure(stretch),
    String(loaded.errors),
    String(loaded.unanswered),
    peakBytes === null ? 'ended' : formatFigure(mebibytes(peakBytes)),
    formatFigure((peakBytes ?? Number.NaN) / (idle.peakBytes ?? Number.NaN)),
  ]
}

const ANSWER_COLUMNS = ['load', 'answers', 'broken off', 'slowest ms', 'of']

function answersOf({ load, report }: Result): string[] {
  const { statuses, broken, slowest } = report
  return [
    load.name,
    Object.entries(statuses)
      .map(([status, count]) => `${status} × ${formatFigure(count)}`)
      .join(', ') || 'none',
    String(broken),
    formatFigure(Math.round(slowest?.milliseconds ?? 0)),
    slowest?.what ?? '',
  ]
}
