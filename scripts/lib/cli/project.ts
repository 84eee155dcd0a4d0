import { resolve } from 'node:path'

// Found from this file, so that a start works from any working directory.
export const PROJECT_FOLDER = resolve(import.meta.dirname, '../../..')

export const WRANGLER_CONFIG = resolve(PROJECT_FOLDER, 'wrangler.toml')
export const BUNDLE_FOLDER = resolve(PROJECT_FOLDER, 'dist')
export const COMPILE_CACHE = resolve(BUNDLE_FOLDER, 'compile-cache')
export const MIGRATIONS_FOLDER = resolve(PROJECT_FOLDER, 'src/stores/d1/migrations')
/** Miniflare imports it by its path. */
export const D1_PLUGIN_MODULE = resolve(PROJECT_FOLDER, 'scripts/lib/server/d1/plugin.ts')
export const START_SCRIPT = scriptPath('start')

export type Script = 'start' | 'backup' | 'restore' | 'rotate' | 'rebuild' | 'bootstrap'

/** The npm package has another module in place of this one (scripts/package/packaged). */
export const IS_PACKAGE: boolean = false

/** Arguments of Node that run a script. */
export function scriptArgs(script: Script): readonly string[] {
  return [scriptPath(script)]
}

function scriptPath(script: Script): string {
  return resolve(PROJECT_FOLDER, 'scripts', `${script}.ts`)
}

/** How a person runs a script: `npm run rotate -- master`. */
export function commandLine(script: Script, args = ''): string {
  const base = script === 'start' ? 'npm start' : `npm run ${script}`
  return args === '' ? base : `${base} -- ${args}`
}
