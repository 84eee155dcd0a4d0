import { openCase } from '../access/open-case.ts'
import { knowsSecret } from '../access/shared-secret.ts'
import type { Outcome } from '../kernel/outcome.ts'

/** Whether it is the deployment's own broker that asks: nobody else tries devices' passwords there. */
export const authenticateBroker = openCase(
  async (ports, token: string | null): Promise<Outcome<null>> => knowsSecret(ports.brokerToken, token),
)
