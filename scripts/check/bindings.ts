/**
 * Writes what tsconfig.json includes to compare wrangler.toml with src/env.ts: what the one binds, the other must name, no
 * more and no less, and of the same types.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = '.wrangler'
const COMPARISON = `
/** Of wrangler.toml, as wrangler types it. */
declare const bound: Bound
export const env: Env = bound

type Unnamed = Exclude<keyof Bound, keyof Env>
export const bindingsThatEnvLacks: Record<Unnamed, true> = {}
`

mkdirSync(FOLDER, { recursive: true })
const generated = join(FOLDER, 'generated.d.ts')
const options = ['--include-runtime=false', '--strict-vars=false', '--env-interface=Bindings']
try {
  execFileSync('wrangler', ['types', generated, '-c', 'wrangler.toml', ...options], { stdio: 'pipe' })
  // Not the rest of it, which declares globals.
  const bound = /^interface \w*Bindings (\{\n.*?\n\})/ms.exec(readFileSync(generated, 'utf8'))?.[1]
  if (bound === undefined) throw new Error('wrangler types writes no interface Bindings any more')
  const text = `import type { Env } from '../src/env.ts'\n\ntype Bound = ${bound}\n${COMPARISON}`
  writeFileSync(join(FOLDER, 'bindings.ts'), text)
} finally {
  rmSync(generated, { force: true })
}
