import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * In this order: a worker of Vitest goes on with another file in the same isolate only while files of its project follow.
 * Those that wait most, for processes, are first, and those that only compute use all cores to the end.
 */
const PROJECTS = ['server', 'browser', 'deployment', 'worker', 'core']

/** How long the longest take on an idle machine: where nothing is known of earlier runs, Vitest goes by a file's size. */
const SECONDS: Readonly<Record<string, number>> = {
  'server/shell-blocks': 30,
  'server/rotation': 27,
  'server/proof/history': 24,
  'server/proof/secrets': 24,
  'server/backup': 23,
  'server/d1': 23,
  'server/fleet': 12,
  'server/proof/fairness': 23,
  'server/proof/isolation': 22,
  'server/proof/holds': 20,
  'server/cli': 20,
  'server/proof/fuzz': 18,
  'server/start': 15,
  'server/lock': 12,
  'server/data-folder': 11,
  'server/redemption': 11,
  'server/machine-script': 11,
  'server/package': 11,
  'server/exec': 10,
  'server/large-inputs': 10,
  'server/credentials': 9,
  'server/datonis-devices': 9,
  'server/pairing': 9,
  'worker/illumio/routes-bodies': 25,
  'worker/native/events': 20,
  'worker/native/roles': 18,
  'worker/illumio/jobs': 18,
  'worker/zpa/filters': 13,
  'worker/illumio/filters': 11,
  'worker/illumio/roles': 10,
  'worker/datonis/hostile': 10,
  'worker/searches': 9,
  'worker/illumio/routes-access': 9,
}

/** The longest files of a project first, so that no core is idle at the end beside one that began last. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b) || secondsOf(b) - secondsOf(a))
  }
}

function placeOf({ project }: TestSpecification): number {
  return PROJECTS.indexOf(project.name)
}

const TESTS = join(import.meta.dirname, '..')

function secondsOf({ moduleId }: TestSpecification): number {
  return SECONDS[relative(TESTS, moduleId).replace('.test.ts', '')] ?? 0
}
