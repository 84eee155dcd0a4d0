import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Progress } from '../../lib/cli/progress.ts'
import { BUNDLE_FOLDER, PROJECT_FOLDER } from '../../lib/cli/project.ts'
import { isAsked, type Plan } from '../plan.ts'
import { type Figure, figureOf, type Section } from '../report/section.ts'
import { ratios } from '../report/statistics.ts'
import { atMost } from '../report/target.ts'
import { SETTINGS, temporaryData } from '../subjects/subject.ts'
import { timeTypedStart } from '../subjects/typed-start.ts'

const KIBIBYTE = 1024

/** Milliseconds of each round. */
type Starts = { readonly fresh: readonly number[]; readonly later: readonly number[] }

export function startSteps(plan: Plan): number {
  return areStartsAsked(plan) ? plan.starts * (plan.against === null ? 1 : 2) : 0
}

/** How much there is to load, and how long a start takes until the first answer. */
export async function measureStart(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  const starts = areStartsAsked(plan) ? await timeStarts(plan, progress, signal) : null
  const size = bundleSize()
  return {
    title: 'Start',
    notes: starts === null ? [] : ['Of `npm start` as it is typed, until `/healthz` is answered.'],
    tables: [],
    figures: [
      ...(isAsked(plan, 'start', 'bundle') ? sizeFigures(size) : []),
      ...(starts === null ? [] : startFigures(starts.now, starts.before)),
    ],
    samples: { starts, size },
  }
}

function areStartsAsked(plan: Plan): boolean {
  return isAsked(plan, 'start', 'later-start')
}

async function timeStarts(
  plan: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ now: Starts; before: Starts | null }> {
  const checkouts = [PROJECT_FOLDER, ...(plan.against === null ? [] : [plan.against])]
  const starts = checkouts.map(() => ({ fresh: [] as number[], later: [] as number[] }))
  for (let start = 1; start <= plan.starts; start++) {
    for (const [i, checkout] of checkouts.entries()) {
      signal.throwIfAborted()
      await using undo = new AsyncDisposableStack()
      const data = temporaryData(undo)
      progress.begin('a fresh start')
      starts[i]?.fresh.push(await timeTypedStart(checkout, data, SETTINGS))
      progress.begin('a start on what is there')
      starts[i]?.later.push(await timeTypedStart(checkout, data, SETTINGS))
      progress.step()
    }
  }
  const [now = { fresh: [], later: [] }, before = null] = starts
  return { now, before }
}

function startFigures(now: Starts, before: Starts | null): readonly Figure[] {
  const seconds = (milliseconds: readonly number[]) => milliseconds.map((each) => each / 1_000)
  return [
    figureOf('later start, as typed, to the first answer', seconds(now.later), 's', atMost(1.5, 1)),
    figureOf('first start, as typed, to the first answer', seconds(now.fresh), 's'),
    ...(before === null ? [] : [figureOf('later start: now / before', ratios(now.later, before.later), '×')]),
  ]
}

function sizeFigures({ plain, gzipped }: { plain: number; gzipped: number }): readonly Figure[] {
  return [
    { name: 'bundle, gzip', value: gzipped / KIBIBYTE, unit: 'KiB', target: atMost(320) },
    { name: 'bundle', value: plain / KIBIBYTE, unit: 'KiB' },
  ]
}

/** The script and the modules beside it; not its source map, which is not uploaded to run. */
function bundleSize(): { plain: number; gzipped: number } {
  const script = readFileSync(join(BUNDLE_FOLDER, 'worker.js'), 'utf8')
  const imported = readdirSync(BUNDLE_FOLDER).filter((file) => script.includes(`"./${file}"`))
  const files = ['worker.js', ...imported].map((file) => readFileSync(join(BUNDLE_FOLDER, file)))
  return {
    plain: files.reduce((sum, file) => sum + file.length, 0),
    gzipped: files.reduce((sum, file) => sum + gzipSync(file).length, 0),
  }
}
