import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '../../lib/cli/progress.ts'
import { enrollments } from '../load/enrollment.ts'
import { runLoad } from '../load/load.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { formatFigure } from '../report/table.ts'
import { atLeast, atMost } from '../report/target.ts'
import { startSubject, temporaryData } from '../subjects/subject.ts'
import { usageOf, waitUntilQuiet } from '../subjects/usage.ts'

type Step = {
  readonly redemptions: number
  readonly perSecond: number
  readonly residentBytes: number
  readonly stateBytes: number
}

const MEBIBYTE = 1024 * 1024
const CONNECTIONS = 16

export function memorySteps({ steps }: Plan): number {
  return steps
}

/** One key is redeemed on and on: whether the server's memory, or the time of a redemption, grows with their number. */
export async function measureMemory(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  const data = temporaryData(undo)
  const subject = await startSubject(data, signal)
  undo.defer(() => subject.stop())
  const { operator, url, pid, pids } = subject
  const key = await operator.createKey(await operator.createProfile('memory'))
  const request = enrollments('/v1/enroll', [key.code])
  const started = { residentBytes: usageOf(pid).residentBytes, stateBytes: sizeOf(data) }
  const steps: Step[] = []
  const each = plan.redemptions / plan.steps
  for (let step = 1; step <= plan.steps; step++) {
    signal.throwIfAborted()
    progress.begin(`${step * each} redemptions of one key`)
    const { perSecond } = await runLoad({
      url,
      connections: CONNECTIONS,
      extent: { requests: each },
      request,
    })
    await waitUntilQuiet(pids)
    const { residentBytes } = usageOf(pid)
    steps.push({ redemptions: step * each, perSecond, residentBytes, stateBytes: sizeOf(data) })
    progress.step()
  }
  const uses = await operator.useCount(key.id)
  if (uses !== plan.redemptions) throw new Error(`${plan.redemptions} redemptions, and ${uses} uses`)
  return describe(plan, started, steps)
}

function describe(
  plan: Plan,
  started: Omit<Step, 'redemptions' | 'perSecond'>,
  steps: readonly Step[],
): Section {
  const [first, last] = [steps[0], steps.at(-1)]
  // From the middle on: before, the heap still grows to the size that it works with.
  const middle = steps[Math.floor(steps.length / 2)]
  if (!first || !middle || !last) throw new Error('there was no step')
  return {
    title: 'Memory, and a ledger that grows',
    notes: [
      'Resident memory of workerd, all isolates of the server in it; the state is all that is on the disk.',
    ],
    tables: [
      {
        columns: ['redemptions', 'requests/s', 'resident MiB', 'state MiB'],
        rows: [{ redemptions: 0, perSecond: 0, ...started }, ...steps].map((step) => [
          formatFigure(step.redemptions),
          formatFigure(Math.round(step.perSecond)),
          formatFigure(step.residentBytes / MEBIBYTE),
          formatFigure(step.stateBytes / MEBIBYTE),
        ]),
      },
    ],
    figures: [
      {
        name: `resident after ${plan.redemptions} redemptions`,
        value: last.residentBytes / MEBIBYTE,
        unit: 'MiB',
      },
      {
        name: 'the same / half-way',
        value: last.residentBytes / middle.residentBytes,
        unit: '×',
        target: atMost(1.2),
      },
      {
        name: 'redemptions/s, last step / first',
        value: last.perSecond / first.perSecond,
        unit: '×',
        target: atLeast(1 / 1.3),
      },
      {
        name: 'state per redemption, ledger and D1',
        value: (last.stateBytes - first.stateBytes) / (last.redemptions - first.redemptions),
        unit: 'bytes',
      },
    ],
    samples: { started, steps },
  }
}

/** Of every file below; SQLite's write-ahead logs and temporary files come and go meanwhile. */
function sizeOf(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
