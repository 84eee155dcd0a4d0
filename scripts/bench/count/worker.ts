/** Latchkey, with what its ledgers and D1 do counted: as it is billed, so index rows and alarms too. */

import type { Env } from '../../../src/env.ts'
import latchkey, { Ledger as Counted } from '../../../src/worker.ts'
import { countDatabase, countStorage } from './billing.ts'
import { begin, end, takeTally, tally } from './tally.ts'

// Its own Ledger stands before that one.
export * from '../../../src/worker.ts'

export class Ledger extends Counted {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage)
    countDatabase(env.DB)
    super(ctx, env)
  }

  override async alarm(): Promise<void> {
    tally.alarms++
    begin()
    await super.alarm()
    end()
  }

  override async redeem(...input: Parameters<Counted['redeem']>): ReturnType<Counted['redeem']> {
    tally.calls++
    begin()
    try {
      return await super.redeem(...input)
    } finally {
      end()
      tally.ledgerBytes = this.ctx.storage.sql.databaseSize
    }
  }
}

export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname === '/tally') return Response.json(takeTally())
    return latchkey.fetch(request, env, ctx)
  },
} satisfies ExportedHandler<Env>
