import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { WRANGLER_CONFIG } from '../../lib/cli/project.ts'

/**
 * Builds another Worker of the bench's own (`floor`, `count`) as `npm run build` builds Latchkey: same bundler, same
 * wrangler.toml and so the same bindings. Returns the folder of its bundle.
 */
export function bundle(name: 'floor' | 'count', undo: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-bench-${name}-`))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const entry = resolve(import.meta.dirname, '..', name, 'worker.ts')
  const build = ['deploy', entry, '-c', WRANGLER_CONFIG, '--dry-run', '--outdir', folder]
  // wrangler as npm puts it on the PATH.
  execFileSync('wrangler', build, { stdio: 'pipe' })
  return folder
}
