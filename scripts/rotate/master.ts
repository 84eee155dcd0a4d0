/**
 * Replaces the master key. At every instant the key that is kept as the master key opens the keyring, or the one that is
 * kept beside it does: whatever breaks off, the same command again goes on where it was.
 */

import { Refusal } from '../lib/cli/refusal.ts'
import { openMaintenance } from '../lib/deployment/maintenance.ts'
import { withOneTimeToken } from '../lib/deployment/one-time-token.ts'
import { untilThere } from '../lib/deployment/reach.ts'
import type { Where } from '../lib/deployment/where.ts'
import { deleteWorkerSecret, putWorkerSecret } from '../lib/deployment/worker-secret.ts'
import { findRunningServer } from '../lib/server/running-server.ts'
import { readDataFolder, readMasterKey } from '../lib/server/settings.ts'
import { withStoppedServer } from '../lib/server/stopped-server.ts'
import {
  keepKeyFile,
  keepNextMasterKey,
  readKeptMasterKey,
  replaceMasterKey,
} from '../lib/state/master-key.ts'
import { stateFolder } from '../lib/state/state-files.ts'

/** An answer may come from a place that has the new secrets while another has not: this many in a row must have them. */
const SETTLED_ANSWERS = 10

/** Of the state here, while no server runs on it. */
export async function rotateMasterLocally(env: Where['env']): Promise<void> {
  const data = readDataFolder(env)
  const running = findRunningServer(data, env)
  if (running !== null)
    throw new Refusal(`stop the Latchkey on ${data} first: it was given the old master key`)
  const given = readMasterKey(env)
  const masterKey = given ?? readKeptMasterKey(data)
  if (masterKey === null)
    throw new Refusal(`there is no master key in ${data} (LATCHKEY_DATA names another folder)`)
  const nextMasterKey =
    given === null ? keepNextMasterKey(data) : readMasterKey(env, 'LATCHKEY_MASTER_KEY_NEXT')
  if (nextMasterKey === null) {
    throw new Refusal(
      'with LATCHKEY_MASTER_KEY in the environment, give the new one as LATCHKEY_MASTER_KEY_NEXT',
      2,
    )
  }
  if (nextMasterKey.equals(masterKey)) throw new Refusal('the new master key is the old one: give another', 2)
  const server = { data, state: stateFolder(data), masterKey, nextMasterKey }
  await withStoppedServer(server, ({ local, token }) => openMaintenance({ url: local, token }).rewrap())
  if (given === null) replaceMasterKey(data)
  console.log(
    given === null
      ? `${data}/master.key is a new one, and the old one opens nothing any more`
      : 'From now on start with the new master key as LATCHKEY_MASTER_KEY: the old one opens nothing any more',
  )
}

/** Of the Worker that is deployed, which serves all the while. The old key need not be known. */
export async function rotateMasterRemotely(where: Where, keyFile: string): Promise<void> {
  const next = keepKeyFile(keyFile).toString('base64')
  console.error(`The new master key is in ${keyFile}: store it before anything else`)
  const { rewrapped } = await withOneTimeToken(where, async (given) => {
    await putWorkerSecret('LATCHKEY_MASTER_KEY_NEXT', next)
    const maintenance = openMaintenance(given)
    for (let i = 0; i < SETTLED_ANSWERS; i++) {
      await untilThere(given, maintenance, ({ has_next_master_key }) => has_next_master_key)
    }
    const done = await maintenance.rewrap()
    await putWorkerSecret('LATCHKEY_MASTER_KEY', next)
    await deleteWorkerSecret('LATCHKEY_MASTER_KEY_NEXT')
    return done
  })
  // Either this finished what had broken off, or the file is left from a change of long ago: only the operator knows.
  console.log(
    rewrapped > 0
      ? `The master key is the one in ${keyFile}, and the old one opens nothing any more`
      : `The keyring was under the key in ${keyFile} already: if you want another, move that file away and say it again`,
  )
}
