import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PROJECT_FOLDER, WRANGLER_CONFIG } from '../../scripts/lib/cli/project.ts'
import type { Egress } from '../../scripts/lib/server/egress.ts'
import { startWorker } from '../../scripts/lib/server/worker.ts'
import type { OutboundFailure, OutboundRequest } from '../../src/core/outbound/port.ts'

/** As the fixture writes it: the body is text. */
export type Shown =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly failure: OutboundFailure }

/** `usual`: the time that the port allows; `long`: more than a busy machine needs. */
export type Patience = 'usual' | 'long'
export type OutboundWorker = (request: OutboundRequest, patience?: Patience) => Promise<Shown>

/** Workers that make the outbound requests that they are given, run as npm start runs Latchkey; `undo` ends them. */
export async function startOutboundWorkers(
  undo: AsyncDisposableStack,
  egresses: readonly Egress[],
): Promise<readonly OutboundWorker[]> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-outbound-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const bundle = join(folder, 'bundle')
  const entry = resolve(import.meta.dirname, '../fixtures/outbound/worker.ts')
  const wrangler = join(PROJECT_FOLDER, 'node_modules/.bin/wrangler')
  const build = ['deploy', entry, '-c', WRANGLER_CONFIG, '--dry-run', '--outdir', bundle]
  execFileSync(process.execPath, [wrangler, ...build], { stdio: 'pipe' })
  return Promise.all(
    egresses.map(async (egress) => {
      const worker = await startWorker({
        bundle,
        state: join(folder, egress),
        d1: 'object',
        socket: { host: '127.0.0.1', port: 0 },
        bindings: {},
        egress,
        processEnvironment: {},
        onRestart: () => {
          throw new Error('the fixture crashed')
        },
      })
      undo.defer(() => worker.dispose())
      return async (request: OutboundRequest, patience: Patience = 'long') => {
        const headers: Record<string, string> = patience === 'long' ? { 'X-Seconds': '30' } : {}
        const body = JSON.stringify(request)
        const response = await fetch(worker.direct, { method: 'POST', headers, body })
        return (await response.json()) as Shown
      }
    }),
  )
}
