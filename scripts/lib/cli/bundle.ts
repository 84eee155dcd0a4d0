import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE_FOLDER, COMPILE_CACHE, PROJECT_FOLDER, WRANGLER_CONFIG } from './project.ts'
import { Refusal } from './refusal.ts'

/** Its time is that of the beginning of the last build that succeeded. */
const STAMP = join(BUNDLE_FOLDER, 'built')
const SOURCES = ['src', 'package-lock.json', 'wrangler.toml'].map((name) => join(PROJECT_FOLDER, name))

/** Builds the Worker, unless nothing that it is made of has changed since the last build. */
export async function ensureBundle(): Promise<void> {
  if (isBundleCurrent(SOURCES, STAMP)) return
  console.error('latchkey: building the Worker')
  await buildBundle()
}

/** Makes dist/: the Worker's script, the modules beside it, and what wrangler.toml says for Miniflare. */
export async function buildBundle(): Promise<void> {
  const began = new Date()
  // Of what was built before, too, and nothing else bounds it.
  rmSync(COMPILE_CACHE, { recursive: true, force: true })
  const wrangler = join(PROJECT_FOLDER, 'node_modules/wrangler/bin/wrangler.js')
  const build = ['deploy', '-c', WRANGLER_CONFIG, '--dry-run', '--outdir', BUNDLE_FOLDER]
  const child = spawn(process.execPath, [wrangler, ...build], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Refusal('the Worker cannot be built: see above')
  const { readWorkerOptions } = await import('../server/worker-options.ts')
  await readWorkerOptions()
  writeFileSync(STAMP, '')
  utimesSync(STAMP, began, began)
}

/** Whether the stamp is newer than every source; a folder's own time changes when a file in it goes. */
export function isBundleCurrent(sources: readonly string[], stamp: string): boolean {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs
  return built !== undefined && sources.every((source) => isOlder(source, built))
}

function isOlder(path: string, built: number): boolean {
  const stats = statSync(path)
  if (stats.mtimeMs >= built) return false
  return !stats.isDirectory() || readdirSync(path).every((name) => isOlder(join(path, name), built))
}
