import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorker } from '../../lib/server/worker.ts'
import { bundle } from './bundle.ts'

/** Runs the floor Worker as Latchkey is run; returns its address. */
export async function startFloor(undo: AsyncDisposableStack): Promise<string> {
  const state = mkdtempSync(join(tmpdir(), 'latchkey-bench-floor-'))
  undo.defer(() => rmSync(state, { recursive: true, force: true }))
  const worker = await startWorker({
    bundle: bundle('floor', undo),
    state,
    d1: 'object',
    socket: { host: '127.0.0.1', port: 0 },
    bindings: {},
    processEnvironment: {},
    onRestart: () => {
      throw new Error('the floor crashed')
    },
  })
  undo.defer(() => worker.dispose())
  return worker.direct.origin
}
