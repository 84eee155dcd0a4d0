import type { D1Migration } from 'cloudflare:test'
import type { Env as WorkerEnv } from '../../src/env.ts'

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      readonly MIGRATIONS: D1Migration[]
      /** In test/deployment alone. */
      readonly SECOND: D1Database
      /** JSON: how much the property-based tests do, and from which seed (npm run proof). */
      readonly PROOF?: string
    }
    interface GlobalProps {
      mainModule: typeof import('../../src/worker.ts')
    }
  }
}
