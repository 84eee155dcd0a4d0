import { DEFAULT_TOKEN_ALGORITHM, type TokenAlgorithm } from '../kernel/keyring.ts'
import { type Faults, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import { deploymentCase } from './deployment-case.ts'
import { resealKeyPairs } from './key-pairs.ts'
import { eventOf } from './maintenance.ts'
import {
  type ByVersion,
  MAX_RING_AGE_SECONDS,
  MAX_RING_VERSION,
  type RingState,
  type RingVersion,
} from './port.ts'

const RESEALED_AT_ONCE = 100

/** The ring, and what of D1 hangs on each version; what hangs on it in ledgers is for `survey`. */
export type RingReport = RingState & {
  readonly current: number
  readonly credentials: Readonly<Record<string, ByVersion>>
  /** Of what is shown again, that which an older version sealed. */
  readonly sealedByOlder: number
}

export const describeRing = deploymentCase(async (ports, _maintenance): Promise<Outcome<RingReport>> => {
  const state = await ports.ring.describe()
  const { current } = await ports.keyring()
  const [credentials, sealedByOlder] = await Promise.all([
    ports.deployment.credentials(ports.now()),
    ports.deployment.countSealed(current),
  ])
  return ok({ ...state, current, credentials, sealedByOlder })
})

/** Seals the ring under the next master key, which then opens it alone; returns how many of its keys were not. */
export const rewrap = deploymentCase(
  async (ports, maintenance): Promise<Outcome<number, Faults<'master_key_missing'>>> => {
    const { hasNextMasterKey } = await ports.ring.describe()
    if (!hasNextMasterKey) return refuse({ kind: 'master_key_missing' })
    const event = eventOf(maintenance, ports.now(), 'keyring.rewrap', { kind: 'keyring', id: '', name: '' })
    return ok(await ports.ring.rewrap(event))
  },
)

/**
 * A new version of the ring. It is published before it is used, so that no isolate, and no client that caches the key set
 * for as long as its headers allow, meets an unknown version.
 * @param wanted.isUsedAtOnce for when the old one got out: others may refuse what it makes for a minute
 * @param wanted.algorithm by which it signs access tokens; undefined: as the newest version
 */
export const addRingVersion = deploymentCase(
  async (
    ports,
    maintenance,
    wanted: { readonly isUsedAtOnce: boolean; readonly algorithm: TokenAlgorithm | undefined },
  ): Promise<Outcome<RingVersion>> => {
    const { versions } = await ports.ring.describe()
    const now = ports.now()
    const pending = versions.find(({ usedFrom }) => usedFrom > now)
    if (pending) return ok(pending)
    const newest = versions.reduce<RingVersion | null>(
      (found, known) => (found && found.version > known.version ? found : known),
      null,
    )
    const version = (newest?.version ?? 0) + 1
    if (version > MAX_RING_VERSION) return refuse({ kind: 'limit_reached', what: 'ring_version' })
    const added = {
      version,
      usedFrom: wanted.isUsedAtOnce ? now : now + MAX_RING_AGE_SECONDS * 1_000,
      algorithm: wanted.algorithm ?? newest?.algorithm ?? DEFAULT_TOKEN_ALGORITHM,
    }
    const subject = { kind: 'keyring', id: String(version), name: '' }
    await ports.ring.addVersion(added, eventOf(maintenance, now, 'keyring.add_version', subject, added))
    return ok(added)
  },
)

/** Reseals some of what an older version sealed; returns how many, and how many are left. */
export const reseal = deploymentCase(
  async (ports, _maintenance): Promise<Outcome<{ readonly resealed: number; readonly left: number }>> => {
    const ring = await ports.keyring()
    const resealed = async (context: string, sealed: string) => {
      const plaintext = await ring.open(context, sealed)
      return plaintext && ring.seal(context, plaintext)
    }
    const ofD1 = await ports.deployment.reseal(resealed, ring.current, RESEALED_AT_ONCE)
    const ofInboxes = await resealKeyPairs(ports, RESEALED_AT_ONCE - ofD1)
    if (!ofInboxes.ok) return ofInboxes
    return ok({
      resealed: ofD1 + ofInboxes.value,
      left: await ports.deployment.countSealed(ring.current),
    })
  },
)
