/** The properties that are held inside the runtime, against the real objects: test/worker/proof, tried much more often. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Progress } from '../lib/cli/progress.ts'
import { PROJECT_FOLDER } from '../lib/cli/project.ts'
import { atLeast, none, type Part } from './report.ts'

export type PropertyPlan = {
  readonly sequences: number
  readonly seed: number
  /** Whether the first counterexample will do, however long it is. */
  readonly endOnFailure?: boolean
}

/** In one run of an isolate; a failure is reported as soon as its run is over. */
const SEQUENCES_A_RUN = 250
const RUNS_AT_ONCE = 2

export function proveModel(plan: PropertyPlan, progress: Progress, signal: AbortSignal): Promise<Part> {
  const note = 'The real ledger against a reference that is a page long, after each moment of each sequence.'
  return prove('Model', note, 'model', plan, progress, signal)
}

export function proveOutbox(plan: PropertyPlan, progress: Progress, signal: AbortSignal): Promise<Part> {
  const note =
    'D1 down, slow, late, flaky, its answers lost, its batches cut in half: everything arrives, once, in order.'
  return prove('Outbox', note, 'outbox', plan, progress, signal)
}

async function prove(
  title: string,
  note: string,
  file: string,
  plan: PropertyPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  const failures: string[] = []
  const runs = Math.ceil(plan.sequences / SEQUENCES_A_RUN)
  let [next, tried] = [0, 0]
  const run = async () => {
    for (let i = next++; i < runs && failures.length === 0; i = next++) {
      const sequences = Math.min(SEQUENCES_A_RUN, plan.sequences - i * SEQUENCES_A_RUN)
      const seed = plan.seed + i
      progress.begin(`sequences of seed ${seed}`)
      const { code, output } = await runVitest(
        `test/worker/proof/${file}.test.ts`,
        { sequences, seed },
        signal,
      )
      if (code !== 0) failures.push(`seed ${seed}: ${failureIn(output)}`)
      tried += sequences
      for (let step = 0; step < sequences; step++) progress.step()
    }
  }
  await Promise.all(Array.from({ length: RUNS_AT_ONCE }, run))
  return {
    title,
    notes: [
      note,
      `Seeds ${plan.seed} to ${plan.seed + runs - 1}, at most ${SEQUENCES_A_RUN} sequences each.`,
    ],
    checks: [
      atLeast('sequences', tried, failures.length > 0 ? 0 : plan.sequences),
      none('runs with a sequence that broke the rule', failures),
    ],
  }
}

/** The tests of one file, or with vitest's options those of them that are meant. */
export async function runVitest(
  which: string,
  plan: PropertyPlan | null,
  signal: AbortSignal,
  folder = PROJECT_FOLDER,
): Promise<{ readonly code: number | null; readonly output: string }> {
  // Not through npx, which would leave it behind when the signal ends it.
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const options = ['run', '--config', 'test/vitest.config.ts', ...which.split(' ')]
  const child = spawn(process.execPath, [vitest, ...options], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...(plan && { LATCHKEY_PROOF: JSON.stringify(plan) }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, output: out + err }
}

/** fast-check's counterexample, or whatever came first. */
function failureIn(output: string): string {
  const at = output.indexOf('Property failed')
  return output.slice(Math.max(at, 0), Math.max(at, 0) + 2_000)
}
