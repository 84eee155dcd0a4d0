import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Progress } from '../../lib/cli/progress.ts'
import { BUNDLE_FOLDER } from '../../lib/cli/project.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { median } from '../report/statistics.ts'
import { atMost } from '../report/target.ts'
import { startSubject, temporaryData } from '../subjects/subject.ts'

const KIBIBYTE = 1024

export function startSteps({ starts }: Plan): number {
  return starts
}

/** How much there is to load, and how long a start takes until the first answer. */
export async function measureStart(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  const fresh: number[] = []
  const again: number[] = []
  for (let start = 1; start <= plan.starts; start++) {
    await using undo = new AsyncDisposableStack()
    const data = temporaryData(undo)
    progress.begin('a fresh start')
    fresh.push(await timeStart(data, signal))
    progress.begin('a start on what is there')
    again.push(await timeStart(data, signal))
    progress.step()
  }
  const { plain, gzipped } = bundleSize()
  return {
    title: 'Start',
    notes: [],
    tables: [],
    figures: [
      { name: 'bundle, gzip', value: gzipped / KIBIBYTE, unit: 'KiB', target: atMost(250) },
      { name: 'bundle', value: plain / KIBIBYTE, unit: 'KiB' },
      { name: 'first start: process to first answer', value: median(fresh), unit: 'ms' },
      { name: 'later start: process to first answer', value: median(again), unit: 'ms' },
    ],
    samples: { fresh, again, plain, gzipped },
  }
}

async function timeStart(data: string, signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  const subject = await startSubject(data, signal)
  try {
    await subject.operator.get('/healthz')
    return performance.now() - begun
  } finally {
    await subject.stop()
  }
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
