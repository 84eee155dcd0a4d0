/** The migrations must say what the schema says: generating from the schema into a copy may add nothing. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const DRIZZLE_KIT = resolve(import.meta.dirname, 'node_modules/.bin/drizzle-kit')
const MIGRATIONS = 'src/stores/d1/migrations'
// Inside the project: drizzle-kit takes its folder relative to the working directory.
const copy = mkdtempSync(join('node_modules', '.migrations-'))
try {
  cpSync(MIGRATIONS, copy, { recursive: true })
  const before = readdirSync(copy).length
  const generate = [
    'generate',
    '--dialect',
    'sqlite',
    '--schema',
    'src/stores/d1/schema/index.ts',
    '--out',
    copy,
  ]
  execFileSync(DRIZZLE_KIT, generate, { stdio: 'pipe' })
  if (readdirSync(copy).length !== before) {
    console.error(
      `The schema has changes that no migration makes: npm run migrations, then commit ${MIGRATIONS}`,
    )
    process.exitCode = 1
  }
} finally {
  rmSync(relative('.', copy), { recursive: true, force: true })
}
