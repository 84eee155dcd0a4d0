/** In the npm package this is scripts/lib/server/worker-options.ts: what wrangler said when the package was made. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerOptions } from '../../lib/server/worker-options.ts'
import { BUNDLE_FOLDER } from './project.ts'

export async function readWorkerOptions(): Promise<WorkerOptions> {
  return JSON.parse(readFileSync(join(BUNDLE_FOLDER, 'options.json'), 'utf8')).options
}
