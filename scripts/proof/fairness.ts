/**
 * Promise 8: one client never starves another. Whatever one stranger or one tenant does within the limits, the p95 of a
 * bystander's enrollments stays within 5 times its idle value, measured on the same server in the same minute.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { usageOf, waitUntilQuiet } from '../bench/subjects/usage.ts'
import type { Progress } from '../lib/cli/progress.ts'
import { watchBystander } from './fairness/bystander.ts'
import { breaches, figuresOf, MOST_RESIDENT_BYTES, STRICT } from './fairness/figures.ts'
import { startGenerator } from './fairness/generator/start-generator.ts'
import type { Load } from './fairness/load.ts'
import { LOADS } from './fairness/loads.ts'
import { residentBytes, watchMemory } from './fairness/memory.ts'
import { processorTimesOf, stretchBetween } from './fairness/processor.ts'
import { type Idle, notesOf, type Result, slower } from './fairness/results.ts'
import { openScene, type Scene } from './fairness/scene.ts'
import { atLeast, type Check, exactly, type Part } from './report.ts'
import { isReady } from './subject.ts'

export type FairnessPlan = {
  /** Loads whose name contains one of these texts, or all. */
  readonly loads: 'all' | readonly string[]
  /** How long the bystander is watched without a load, and beside it. */
  readonly idleMs: number
  readonly loadMs: number
  /** How long the bystander waits for answers after the load has ended. */
  readonly patienceMs: number
  /** A load that breaks the promise is tried again, because the machine may have been busy with something else. */
  readonly tries: number
  /** Scales the rows and machines that are made beforehand; 1 is the full number. */
  readonly share: number
  /** By how much times may be longer than is promised. */
  readonly slack: number
  /** The machine does other work meanwhile: times may be longer by as much as workerd waited for a CPU. */
  readonly isMachineShared: boolean
}

/** A server that is larger, or still busy with the last load, is restarted before the next one. */
const LARGE_BYTES = MOST_RESIDENT_BYTES / 2
const QUIET_DEADLINE_MS = 15_000
const WARM_UP_MS = 2_000

export function loadsOf({ loads }: FairnessPlan): readonly Load[] {
  if (loads === 'all') return LOADS
  return LOADS.filter(({ name }) => loads.some((text) => name.includes(text)))
}

export async function proveFairness(
  plan: FairnessPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  const results: Result[] = []
  const chosen = loadsOf(plan)
  for (const hasAddresses of [false, true]) {
    const loads = chosen.filter((load) => Boolean(load.hasAddresses) === hasAddresses)
    if (loads.length === 0) continue
    await using undo = new AsyncDisposableStack()
    progress.begin('fairness: starting the server')
    const scene = await openScene(undo, { hasAddresses, share: plan.share })
    for (const load of loads) {
      signal.throwIfAborted()
      progress.begin(`fairness: ${load.name}`)
      results.push(await tryLoad(scene, load, plan, signal))
      progress.step()
    }
    await scene.subject.stop()
  }
  return {
    title: 'Fairness',
    notes: notesOf(results, plan),
    checks: [atLeast('loads', results.length, 1), ...results.map(checkOf)],
  }
}

function checkOf({ load, broken }: Result): Check {
  return exactly(load.name, broken.length === 0 ? 'kept' : broken.join(', '), 'kept')
}

/** The best of the tries. A busy machine does not explain an enrollment without an answer: there is no further try. */
async function tryLoad(scene: Scene, load: Load, plan: FairnessPlan, signal: AbortSignal): Promise<Result> {
  const results: Result[] = []
  for (let turn = 0; turn < plan.tries; turn++) {
    signal.throwIfAborted()
    const result = await measure(scene, load, plan, signal)
    results.push(result)
    if (result.broken.length === 0 || result.loaded.unanswered > 0) break
  }
  const [best] = results.toSorted(
    (a, b) => a.broken.length - b.broken.length || a.loaded.p95Ms - b.loaded.p95Ms,
  )
  if (!best) throw new Error('a load is tried at least once')
  return best
}

async function measure(scene: Scene, load: Load, plan: FairnessPlan, signal: AbortSignal): Promise<Result> {
  await settle(scene, plan)
  const traffic = await load.prepare(scene)
  await using generator = await startGenerator(scene.subject.url, traffic)
  const before = await watchAlone(scene, plan, signal)
  const pid = scene.subject.workerdPid()
  const memory = watchMemory(pid)
  const cpuBefore = cpuSecondsOf(pid)
  const processorBefore = processorTimesOf(pid)
  const watch = watchBystander(scene.bystander)
  const report = await generator.run(plan.loadMs)
  if (load.goesOn) await delay(Math.max(0, plan.loadMs - report.seconds * 1_000), null, { signal })
  const loaded = figuresOf(await watch.end(plan.patienceMs))
  const serverCpuSeconds = cpuSecondsOf(pid) - cpuBefore
  const stretch = stretchBetween(processorBefore, processorTimesOf(pid))
  const peakBytes = memory.end()
  const { slack } = plan
  const leniencyBeside = (alone: Idle) =>
    plan.isMachineShared ? { slack, stretch, idleStretch: alone.stretch } : { ...STRICT, slack }
  // The machine may be busier now than it was before the load.
  const isFair = breaches(loaded, before.figures, peakBytes, leniencyBeside(before)).length === 0
  const idle = isFair ? before : slower(before, await watchAlone(scene, plan, signal))
  const isOther = load.expects !== undefined && !(String(load.expects) in report.statuses)
  const broken = [
    ...breaches(loaded, idle.figures, peakBytes, leniencyBeside(idle)),
    ...(isOther && loaded.unanswered === 0 ? [`no answer was ${load.expects}`] : []),
  ]
  return { load, idle, loaded, stretch, peakBytes, serverCpuSeconds, report, broken }
}

/** The bystander on a server without a load. */
async function watchAlone(scene: Scene, plan: FairnessPlan, signal: AbortSignal): Promise<Idle> {
  await settle(scene, plan)
  const pid = scene.subject.workerdPid()
  const memory = watchMemory(pid)
  const processorBefore = processorTimesOf(pid)
  const watch = watchBystander(scene.bystander)
  await delay(plan.idleMs, null, { signal })
  const figures = figuresOf(await watch.end(plan.patienceMs))
  const stretch = stretchBetween(processorBefore, processorTimesOf(pid))
  return { figures, stretch, peakBytes: memory.end() }
}

async function settle({ subject, bystander }: Scene, { patienceMs }: FairnessPlan): Promise<void> {
  const deadlineMs = Math.min(QUIET_DEADLINE_MS, patienceMs / 2)
  const isQuiet = await waitUntilQuiet([subject.workerdPid()], deadlineMs).then(
    () => true,
    () => false,
  )
  const resident = residentBytes(subject.workerdPid()) ?? Number.POSITIVE_INFINITY
  if (isQuiet && resident < LARGE_BYTES && (await isReady(subject.url))) return
  await subject.crash('group')
  const watch = watchBystander(bystander)
  await delay(WARM_UP_MS)
  await watch.end(QUIET_DEADLINE_MS)
  await waitUntilQuiet([subject.workerdPid()])
}

function cpuSecondsOf(pid: number): number {
  try {
    return usageOf(pid).cpuSeconds
  } catch {
    return Number.NaN
  }
}
