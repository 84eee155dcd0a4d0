import type { Scene } from './scene.ts'
import type { Traffic } from './traffic.ts'

/** What one client that showed no credential, or one tenant, may do to the others. */
export type Load = {
  readonly name: string
  readonly by: 'stranger' | 'tenant'
  /** A status that some of the answers must have: else the load was another one than it says. */
  readonly expects?: number
  /** What clients are told apart by: on a server with `LATCHKEY_CLIENT_ADDRESS=header:…`; else by nothing. */
  readonly hasAddresses?: boolean
  /** The bystander is watched for the whole time, also when all requests are answered: work goes on after the answers. */
  readonly goesOn?: boolean
  /** Makes what it needs. The scene's tenant is every load's; what is made once stays. */
  readonly prepare: (scene: Scene) => Promise<Traffic> | Traffic
}

/** What one attacker opens at once. */
export const CONNECTIONS = 16
