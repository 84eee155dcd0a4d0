/** In the npm package this is scripts/lib/cli/project.ts. Every module there is in the folder `lib`. */
import { resolve } from 'node:path'
import type { Script } from '../../lib/cli/project.ts'

const PACKAGE_FOLDER = resolve(import.meta.dirname, '..')

// Of the folder in which a person works: the package deploys nothing.
export const WRANGLER_CONFIG = resolve('wrangler.toml')
export const BUNDLE_FOLDER = resolve(PACKAGE_FOLDER, 'worker')
export const MIGRATIONS_FOLDER = resolve(PACKAGE_FOLDER, 'migrations')
export const COMPILE_CACHE = resolve(PACKAGE_FOLDER, '.compile-cache')
export const D1_PLUGIN_MODULE = resolve(PACKAGE_FOLDER, 'lib/d1/plugin.js')
export const START_SCRIPT = scriptPath('start')

export const IS_PACKAGE: boolean = true

/** Node 22 warns of node:sqlite, which a user can do nothing about. */
export function scriptArgs(script: Script): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', scriptPath(script)]
}

function scriptPath(script: Script): string {
  return resolve(PACKAGE_FOLDER, 'lib', `${script}.js`)
}

export function commandLine(script: Script, args = ''): string {
  const base = script === 'start' ? 'latchkey start' : `latchkey admin ${script}`
  return args === '' ? base : `${base} ${args}`
}
