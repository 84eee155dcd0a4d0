import { resolve } from 'node:path'

// Found from this file, so that a start works from any working directory.
export const PROJECT_FOLDER = resolve(import.meta.dirname, '../../..')

export const WRANGLER_CONFIG = resolve(PROJECT_FOLDER, 'wrangler.toml')
export const BUNDLE_FOLDER = resolve(PROJECT_FOLDER, 'dist')
export const COMPILE_CACHE = resolve(BUNDLE_FOLDER, 'compile-cache')
export const MIGRATIONS_FOLDER = resolve(PROJECT_FOLDER, 'src/stores/d1/migrations')
export const START_SCRIPT = resolve(PROJECT_FOLDER, 'scripts/start.ts')
