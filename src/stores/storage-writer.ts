import { writeDeployment } from './d1/deployment/deployment-id.ts'
import type { HousekeeperObject } from './durable/housekeeper.ts'
import { HOUSEKEEPER } from './durable/housekeeper.ts'

/** Writes a row of D1 and one of an object, which also remembers which D1 that was. */
export function createStorageWriter(
  db: D1Database,
  housekeeper: DurableObjectNamespace<HousekeeperObject>,
  now: () => number,
): () => Promise<'written' | 'foreign'> {
  return async () => housekeeper.getByName(HOUSEKEEPER).write(await writeDeployment(db, now()))
}
