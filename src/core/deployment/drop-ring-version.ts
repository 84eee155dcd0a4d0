import { ACCESS_TOKEN_LIFETIME_SECONDS } from '../enrollment/agents/token.ts'
import { type Faults, notFound, type Outcome, ok, type Refusal, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { deploymentCase } from './deployment-case.ts'
import { eventOf } from './maintenance.ts'
import { type DroppedCredentials, MAX_RING_AGE_SECONDS, type RingVersion } from './port.ts'

/** Something is made with the version, or may be. */
type InUse = Faults<'ring_version_in_use'>

/** After its successor came into use, something may still make things with a version, and those have to run out. */
const NEEDED_FOR_MILLISECONDS = (MAX_RING_AGE_SECONDS + ACCESS_TOKEN_LIFETIME_SECONDS) * 1_000

/** After all of `endRingVersion` and `endKeyPairs`: the version itself, with what of D1 hangs on it. Nothing that it made is known again. */
export const dropRingVersion = deploymentCase(
  async (ports, maintenance, version: number): Promise<Outcome<DroppedCredentials, InUse>> => {
    const droppable = await canDropRingVersion(ports, version)
    if (!droppable.ok) return droppable
    const { current } = await ports.keyring()
    if ((await ports.deployment.countSealed(current)) > 0) return inUse(null)
    const now = ports.now()
    const ended = (kind: 'api_key' | 'api_client') =>
      eventOf(maintenance, now, `${kind}.delete`, { kind, id: '', name: '' }, { version })
    const events = { apiKey: ended('api_key'), apiClient: ended('api_client') }
    const dropped = await ports.deployment.dropCredentials(version, events)
    const subject = { kind: 'keyring', id: String(version), name: '' }
    await ports.ring.dropVersion(version, eventOf(maintenance, now, 'keyring.drop_version', subject, dropped))
    return ok(dropped)
  },
)

/** Whether nothing is made with that version any more, and what runs by itself has run out. */
export async function canDropRingVersion(ports: Ports, version: number): Promise<Outcome<null, InUse>> {
  const { versions } = await ports.ring.describe()
  if (!versions.some((known) => known.version === version)) return notFound('ring_version')
  const supersededAt = successorOf(versions, version, ports.now())
  if (supersededAt === null) return inUse(null)
  const until = supersededAt + NEEDED_FOR_MILLISECONDS
  return ports.now() < until ? inUse(until) : ok(null)
}

/** When the version after it came into use; null: none did. */
function successorOf(versions: readonly RingVersion[], version: number, now: number): number | null {
  const later = versions.filter((known) => known.version > version && known.usedFrom <= now)
  return later.length === 0 ? null : Math.min(...later.map(({ usedFrom }) => usedFrom))
}

function inUse(until: number | null): Refusal<InUse> {
  return refuse({ kind: 'ring_version_in_use', until })
}
