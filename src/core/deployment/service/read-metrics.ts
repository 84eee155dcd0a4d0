import { openCase } from '../../access/cases/open-case.ts'
import { knowsSecret } from '../../access/shared-secret.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Metrics } from '../metrics/metrics.ts'

export const authorizeScraper = openCase(
  async (ports, token: string | null): Promise<Outcome<null>> => knowsSecret(ports.metricsToken, token),
)

/** For the deployment's own scraper, which knows a secret of its own: it can read this, and nothing else. */
export const readMetrics = openCase(async (ports, token: string | null): Promise<Outcome<Metrics>> => {
  const permitted = await authorizeScraper(ports, token)
  return permitted.ok ? ok(await ports.metrics()) : permitted
})
