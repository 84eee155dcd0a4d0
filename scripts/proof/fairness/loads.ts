/** All loads that one client or one tenant is known to be able to put on the server. A new feature adds its own. */
import type { Load } from './load.ts'
import { agents } from './loads/agents.ts'
import { certificates } from './loads/certificates.ts'
import { codes } from './loads/codes.ts'
import { controls } from './loads/controls.ts'
import { devices } from './loads/devices.ts'
import { documents } from './loads/documents.ts'
import { identities } from './loads/identities.ts'
import { lists } from './loads/lists.ts'
import { passwords } from './loads/passwords.ts'
import { texts } from './loads/texts.ts'
import { waiting } from './loads/waiting.ts'
import { webhooks } from './loads/webhooks.ts'

export const LOADS: readonly Load[] = [
  ...controls,
  ...texts,
  ...passwords,
  ...codes,
  ...certificates,
  ...documents,
  // Before what makes as many profiles as may be.
  ...waiting,
  ...identities,
  ...agents,
  ...devices,
  ...lists,
  // What the tenant does after it is queued for each of them.
  ...webhooks,
]
