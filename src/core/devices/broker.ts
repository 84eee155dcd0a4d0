import { openCase } from '../access/cases/open-case.ts'
import { knowsSecret } from '../access/shared-secret.ts'
import type { Outcome } from '../kernel/outcome.ts'

/** Whether the deployment's own broker asks: no other client may try devices' passwords there. */
export const authenticateBroker = openCase(
  async (ports, token: string | null): Promise<Outcome<null>> => knowsSecret(ports.brokerToken, token),
)
