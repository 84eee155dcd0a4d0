import { ACCESS_TOKEN_LIFETIME_SECONDS } from '../agents/token.ts'
import { mayBootstrap } from '../organizations/bootstrap.ts'
import { notFound, type Outcome, ok, type Refusal, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { eachLedger } from './each-ledger.ts'
import { causeOf, eventOf, type Maintenance } from './maintenance.ts'
import { MAX_RING_AGE_SECONDS, type RingVersion } from './port.ts'

/** After its successor came into use, something may still make things with a version, and those have to run out. */
const NEEDED_FOR_MILLISECONDS = (MAX_RING_AGE_SECONDS + ACCESS_TOKEN_LIFETIME_SECONDS) * 1_000

export type DroppedCredentials = { readonly apiKeys: number; readonly passwords: number }

/** First, page by page: ends the keys whose codes hang on the version. How many, and where the next page begins. */
export async function endRingVersion(
  ports: Ports,
  maintenance: Maintenance,
  version: number,
  after: number,
): Promise<Outcome<{ readonly keys: number; readonly next: number | null }>> {
  const permitted = await mayDrop(ports, maintenance, version)
  if (!permitted.ok) return permitted
  const page = await eachLedger(ports, after, (ledger) =>
    ledger.dropRingVersion(version, causeOf(maintenance)),
  )
  if (!page.ok) return page
  const { answers, next } = page.value
  return ok({ keys: answers.reduce((sum, keys) => sum + keys, 0), next })
}

/** Then: the version itself, with the API keys and passwords that hang on it. Nothing that it made is known again. */
export async function dropRingVersion(
  ports: Ports,
  maintenance: Maintenance,
  version: number,
): Promise<Outcome<DroppedCredentials>> {
  const permitted = await mayDrop(ports, maintenance, version)
  if (!permitted.ok) return permitted
  const { current } = await ports.keyring()
  if ((await ports.deployment.countSealed(current)) > 0) return inUse(null)
  const now = ports.now()
  const ended = eventOf(
    maintenance,
    now,
    'api_key.delete',
    { kind: 'api_key', id: '', name: '' },
    { version },
  )
  const dropped = await ports.deployment.dropCredentials(version, ended)
  const subject = { kind: 'keyring', id: String(version), name: '' }
  await ports.ring.dropVersion(version, eventOf(maintenance, now, 'keyring.drop_version', subject, dropped))
  return ok(dropped)
}

async function mayDrop(ports: Ports, { token }: Maintenance, version: number): Promise<Outcome<null>> {
  const permitted = await mayBootstrap(ports, token)
  if (!permitted.ok) return permitted
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

function inUse(until: number | null): Refusal {
  return refuse({ kind: 'ring_version_in_use', until })
}
