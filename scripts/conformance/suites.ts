import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Refusal } from '../lib/cli/refusal.ts'

const SUITES = resolve(import.meta.dirname, '../../test/conformance')

/** A folder of test/conformance: a program that speaks TAP, and what it needs of PyPI. */
export type Suite = {
  readonly name: string
  readonly folder: string
  /** `suite.py`, run in a virtual environment of its own, or `suite.sh`. */
  readonly kind: 'python' | 'shell'
}

/**
 * This machine cannot run a suite, and why. `optional`: the suite found that out itself, since its client is not to be had
 * everywhere, and no machine has to run it.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly kind: 'required' | 'optional'

  constructor(reason: string, kind: 'required' | 'optional' = 'required') {
    super(reason)
    this.kind = kind
  }
}

/** Those that are named; all when none is. */
export function findSuites(wanted: readonly string[]): readonly Suite[] {
  const all = readdirSync(SUITES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => suiteOf(name))
    .filter((suite) => suite !== null)
  const unknown = wanted.find((name) => all.every((suite) => suite.name !== name))
  if (unknown !== undefined) throw new Refusal(`there is no conformance suite ${unknown}`, 2)
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name))
}

function suiteOf(name: string): Suite | null {
  const folder = join(SUITES, name)
  if (existsSync(join(folder, 'suite.py'))) return { name, folder, kind: 'python' }
  return existsSync(join(folder, 'suite.sh')) ? { name, folder, kind: 'shell' } : null
}
