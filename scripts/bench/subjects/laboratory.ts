import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapOrganization } from '../../lib/deployment/organization.ts'
import { startWorker, type Worker } from '../../lib/server/worker.ts'
import { applyMigrations } from '../../lib/state/migrations.ts'
import { type Operator, operate } from './operator.ts'

/** A Worker as `npm start` runs it, but inside this process, so that its D1 is at hand. */
export type Laboratory = {
  readonly url: string
  readonly operator: Operator
  readonly organization: number
  /** Who signs in to the console. */
  readonly owner: { readonly email: string; readonly password: string }
  readonly database: Awaited<ReturnType<Worker['database']>>
}

export async function startLaboratory(bundle: string, undo: AsyncDisposableStack): Promise<Laboratory> {
  const state = mkdtempSync(join(tmpdir(), 'latchkey-bench-laboratory-'))
  undo.defer(() => rmSync(state, { recursive: true, force: true }))
  const token = randomBytes(32).toString('base64url')
  applyMigrations(state)
  const worker = await startWorker({
    bundle,
    state,
    d1: 'object',
    socket: { host: '127.0.0.1', port: 0 },
    bindings: {
      LATCHKEY_MASTER_KEY: randomBytes(32).toString('base64'),
      LATCHKEY_BOOTSTRAP_TOKEN: token,
      LATCHKEY_CLIENT_ADDRESS: 'none',
      LATCHKEY_RATE_LIMITS: 'off',
    },
    processEnvironment: {},
    onRestart: () => console.error('latchkey: the runtime crashed and was started again'),
  })
  undo.defer(() => worker.dispose())
  const who = { organization: 'Bench', email: 'owner@bench.example' }
  const { organization, illumio } = await bootstrapOrganization({ url: worker.direct, token, ...who })
  return {
    url: worker.direct.origin,
    operator: operate(worker.direct.origin, illumio),
    organization: organization.id,
    owner: { email: illumio.email, password: illumio.password ?? '' },
    database: await worker.database(),
  }
}
