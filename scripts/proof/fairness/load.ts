import type { Traffic } from './generator/traffic.ts'
import type { Scene } from './scene.ts'

/** A load that one client without a credential, or one tenant, can put on the server. */
export type Load = {
  readonly name: string
  readonly by: 'stranger' | 'tenant'
  /** A status that some of the answers must have: otherwise the load did not do what its name says. */
  readonly expects?: number
  /** Runs on a server with `LATCHKEY_CLIENT_ADDRESS=header:…`, where clients have addresses. */
  readonly hasAddresses?: boolean
  /** The server goes on working after the last answer: the bystander is watched for the whole time. */
  readonly goesOn?: boolean
  /** Makes what the load needs. All loads share the scene's tenant; what one makes stays. */
  readonly prepare: (scene: Scene) => Promise<Traffic> | Traffic
}

/** How many connections a load opens. */
export const CONNECTIONS = 16
