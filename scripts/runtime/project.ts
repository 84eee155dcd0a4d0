import { resolve } from 'node:path'

// Found from this file, so that a start works from any working directory.
const ROOT = resolve(import.meta.dirname, '../..')

export const WRANGLER_CONFIG = resolve(ROOT, 'wrangler.toml')
export const BUNDLE_FOLDER = resolve(ROOT, 'dist')
export const MIGRATIONS_FOLDER = resolve(ROOT, 'src/stores/d1/migrations')
export const START_SCRIPT = resolve(ROOT, 'scripts/start.ts')
