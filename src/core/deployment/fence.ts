import type { Fenced } from '../enrollment/ledger/maintenance.ts'
import { map, type Outcome, ok } from '../kernel/outcome.ts'
import { deploymentCase } from './deployment-case.ts'
import { eachLedger } from './each-ledger.ts'
import { causeOf, eventOf } from './maintenance.ts'
import type { FencedCredentials } from './port.ts'

export const fence = deploymentCase(async (ports, maintenance): Promise<Outcome<FencedCredentials>> => {
  const now = ports.now()
  const whole = eventOf(maintenance, now, 'deployment.fence', { kind: 'deployment', id: '', name: '' })
  const disabled = { members: ['isEnabled'], reason: 'restore' }
  const ofClient = { kind: 'api_client', id: '', name: '' }
  const apiClient = eventOf(maintenance, now, 'api_client.update', ofClient, disabled)
  return ok(await ports.deployment.fence(now, { whole, apiClient }))
})

/** Also delivers all that the ledgers own to D1 again. */
export const fenceLedgers = deploymentCase(
  async (ports, maintenance, after: number): Promise<Outcome<Fenced & { readonly next: number | null }>> => {
    const page = await eachLedger(ports, after, async (ledger) => {
      const fenced = await ledger.fence(causeOf(maintenance))
      if (!fenced.ok) return fenced
      return map(await ledger.rebuild(), () => fenced.value)
    })
    if (!page.ok) return page
    const { answers, gone, next } = page.value
    // D1 was copied a little later than the ledgers. One that was lost would begin again with numbers that its agents had.
    await ports.deployment.forgetLedgers(gone)
    return ok({
      keys: answers.reduce((sum, { keys }) => sum + keys, 0),
      families: answers.reduce((sum, { families }) => sum + families, 0),
      next,
    })
  },
)

/** Delivers all that a page of ledgers owns to D1 again, after D1 alone was set back. Returns how many ledgers. */
export const rebuild = deploymentCase(
  async (
    ports,
    _maintenance,
    after: number,
  ): Promise<Outcome<{ readonly ledgers: number; readonly next: number | null }>> => {
    const page = await eachLedger(ports, after, (ledger) => ledger.rebuild())
    return map(page, ({ answers, next }) => ({ ledgers: answers.length, next }))
  },
)
