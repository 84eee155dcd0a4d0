import { knowsSecret } from '../access/shared-secret.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'

/** Whether it is the deployment's own broker that asks: nobody else tries devices' passwords there. */
export async function authenticateBroker(ports: Ports, token: string | null): Promise<Outcome<null>> {
  return knowsSecret(ports.brokerToken, token)
}
