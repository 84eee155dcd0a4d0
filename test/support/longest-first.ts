import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * In this order: a worker of Vitest goes on with another file in the same isolate only while files of its project follow.
 * Those that wait most, for processes, are first, and those that only compute use all cores to the end.
 */
const PROJECTS = ['server', 'browser', 'deployment', 'worker', 'core']

/** How long the longest take on an idle machine: where nothing is known of earlier runs, Vitest goes by a file's size. */
const SECONDS: Readonly<Record<string, number>> = {
  'server/proof/fairness': 22,
  'server/rotation': 20,
  'server/proof/secrets': 18,
  'server/start': 15,
  'server/proof/history': 14,
  'server/proof/fuzz': 13,
  'server/proof/isolation': 12,
  'server/lock': 12,
  'server/data-folder': 11,
  'server/redemption': 11,
  'server/cli': 13,
  'server/machine-script': 11,
  'server/package': 11,
  'server/exec': 10,
  'server/backup': 10,
  'server/d1': 10,
  'server/large-inputs': 10,
  'server/credentials': 9,
  'server/datonis-devices': 9,
  'server/pairing': 9,
  'worker/illumio/routes-bodies': 25,
  'worker/illumio/routes-access': 20,
  'worker/native/roles': 18,
  'worker/illumio/jobs': 17,
  'worker/illumio/routes': 15,
  'worker/zpa/filters': 13,
  'worker/illumio/filters': 11,
  'worker/illumio/roles': 10,
  'worker/datonis/hostile': 10,
  'worker/large-bodies': 9,
  'worker/searches': 9,
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
