/**
 * An isolate's ring. A new version is known for MAX_RING_AGE_SECONDS before anything is made with it, and within that time
 * every isolate has looked again: by a read of D1 in the background, once a minute. No request waits for one, but the
 * first, and the first after a long rest.
 */
import { waitUntil } from 'cloudflare:workers'
import { MAX_RING_AGE_SECONDS } from '../../core/deployment/port.ts'
import type { Keyring } from '../../core/kernel/keyring.ts'
import { buildKeyring, type KeyringSettings, loadRing } from './keyring.ts'
import type { RingKey } from './ring-keys.ts'

const LOOK_AGAIN_MILLISECONDS = 60_000
const MAX_AGE_MILLISECONDS = MAX_RING_AGE_SECONDS * 1_000

/** Promise 7 (docs/concepts.md#promises): whatever versions made-up codes name, so seldom does one lead to a read. */
const UNKNOWN_VERSION_MILLISECONDS = 5_000

export type RingKeeper = {
  /** The ring as of now. */
  keyring(): Promise<Keyring>
  /** Reads the ring again, after it was changed here. */
  reload(): Promise<void>
}

type Held = {
  readonly keys: readonly RingKey[]
  readonly ring: Keyring
  /** When a version that is known comes into use; Unix milliseconds. */
  readonly until: number
}

export function createRingKeeper(settings: KeyringSettings): RingKeeper {
  const { now } = settings
  let held: Held | null = null
  let loading: Promise<Held> | null = null
  let lookedAt = Number.NEGATIVE_INFINITY

  async function hold(keys: readonly RingKey[]): Promise<Held> {
    const later = keys.map(({ usedFrom }) => usedFrom).filter((usedFrom) => usedFrom > now())
    const until = Math.min(Number.POSITIVE_INFINITY, ...later)
    held = { keys, ring: await buildKeyring(keys, settings, newer), until }
    return held
  }

  /** Of several at once, one reads. A failure is not kept, so that a deployment mended meanwhile recovers by itself. */
  function load(): Promise<Held> {
    lookedAt = now()
    loading ??= begin()
    return loading
  }

  function begin(): Promise<Held> {
    const begun = loadRing(settings)
      .then(hold)
      .finally(() => {
        loading = null
      })
    // Others wait for it, whatever becomes of the request that began it.
    waitUntil(begun.catch(() => {}))
    return begun
  }

  /** A ring that was loaded goes on when D1 does not answer: a redemption asks no D1. */
  async function loadOrKeep(): Promise<Held> {
    const kept = held
    return kept ? load().catch(() => kept) : load()
  }

  async function newer(version: number): Promise<Keyring | null> {
    const has = () => held?.keys.some((key) => key.version === version)
    if (!has() && isBeyond(version) && now() - lookedAt >= UNKNOWN_VERSION_MILLISECONDS) await loadOrKeep()
    return has() ? (held?.ring ?? null) : null
  }

  /** Versions are numbered in order, which distinguishes a dropped version from a new one. */
  function isBeyond(version: number): boolean {
    return version > Math.max(0, ...(held?.keys ?? []).map((key) => key.version))
  }

  return {
    async keyring() {
      const age = now() - lookedAt
      if (held && age >= LOOK_AGAIN_MILLISECONDS && age < MAX_AGE_MILLISECONDS) void load().catch(() => {})
      const { keys, ring, until } = held && age < MAX_AGE_MILLISECONDS ? held : await loadOrKeep()
      return now() < until ? ring : (await hold(keys)).ring
    },
    async reload() {
      // Not one that is under way: it may have read what was there before.
      await hold(await loadRing(settings))
      lookedAt = now()
    },
  }
}
