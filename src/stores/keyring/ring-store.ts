import { drizzle } from 'drizzle-orm/d1'
import type { RingStore, RingVersion } from '../../core/deployment/port.ts'
import { eventId } from '../../core/kernel/time/event-id.ts'
import { eventIfChanged, insertEvent, prepared } from '../d1/batch.ts'
import { keyring } from '../d1/schema/index.ts'
import { type KeyringSettings, mastersOf } from './keyring.ts'
import type { RingKeeper } from './ring-keeper.ts'
import { newKeys, PURPOSES, readRing, rewrapped, type Wrapping, wrappingKeys } from './ring-keys.ts'
import { algorithmOf } from './signed-tokens.ts'

const MAX_ROUNDS = 5

export function createRingStore(
  settings: KeyringSettings,
  keeper: Pick<RingKeeper, 'keyring' | 'reload'>,
): RingStore {
  const { db } = settings
  const d1 = drizzle(db)
  const rows = () => d1.select().from(keyring).orderBy(keyring.version, keyring.purpose)
  const wrapping = () => wrappingKeys(mastersOf(settings))

  /** The rows that the newest master key does not open, and how they are when it does. */
  async function stale(masters: Wrapping) {
    const found = await Promise.all(
      (await rows()).map(async (row) => ({ row, sealed: await rewrapped(masters, row) })),
    )
    return found.flatMap(({ row, sealed }) => (sealed === null ? [] : [{ row, sealed }]))
  }

  return {
    async describe() {
      // The first read makes the ring.
      await keeper.keyring()
      const masters = await wrapping()
      const isRewrapped = (await stale(masters)).length === 0
      const versions = (await readRing(db, masters)).flatMap(
        ({ version, usedFrom, purpose, material }): RingVersion[] =>
          purpose === 'agent_token' ? [{ version, usedFrom, algorithm: algorithmOf(material) }] : [],
      )
      return {
        versions,
        hasNextMasterKey: settings.nextMasterKey !== undefined,
        isRewrapped,
      }
    },

    async rewrap(event) {
      const masters = await wrapping()
      let count = 0
      // Again, until nothing is found: another isolate may have made a key meanwhile.
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const found = await stale(masters)
        if (found.length === 0) return count
        const updates = found.map(({ row, sealed }) =>
          // Only as it was read: after a concurrent change it is read again.
          db
            .prepare('UPDATE keyring SET sealed = ? WHERE version = ? AND purpose = ? AND sealed = ?')
            .bind(sealed, row.version, row.purpose, row.sealed),
        )
        await db.batch([...updates, insertEvent(db, { ...event, id: eventId(event.at) })])
        count += found.length
      }
      throw new Error('the keyring is being changed all the time')
    },

    async addVersion({ version, usedFrom, algorithm }, event) {
      const at = { createdAt: event.at, usedFrom }
      const made = await newKeys(await wrapping(), version, PURPOSES, at, algorithm)
      // In one statement: of two at once the other finds all of it there.
      const insert = d1.insert(keyring).values(made).onConflictDoNothing()
      await db.batch([prepared(db, insert), eventIfChanged(db, event)])
      await keeper.reload()
    },

    async dropVersion(version, event) {
      const remove = db.prepare('DELETE FROM keyring WHERE version = ?').bind(version)
      await db.batch([remove, eventIfChanged(db, event)])
      await keeper.reload()
    },
  }
}
