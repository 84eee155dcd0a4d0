import { Refusal } from '../cli/refusal.ts'
import { findRunningServer } from '../server/running-server.ts'
import { readDataFolder, readMasterKey } from '../server/settings.ts'
import { withStoppedServer } from '../server/stopped-server.ts'
import { readKeptMasterKey, readNextMasterKey } from '../state/master-key.ts'
import { stateFolder } from '../state/state-files.ts'
import { type Keyring, type Maintenance, MaintenanceRefused, openMaintenance } from './maintenance.ts'
import { isSettling, untilSettled, type WithToken, withOneTimeToken } from './one-time-token.ts'
import type { Where } from './where.ts'

/** The routes of maintenance: of the Worker that is deployed, of the server that runs here, or of its state while none does. */
export async function withMaintenance<T>(
  where: Where,
  use: (maintenance: Maintenance) => Promise<T>,
): Promise<T> {
  if (where.isRemote) {
    return withOneTimeToken(where, async (given) => {
      const maintenance = openMaintenance(given)
      await untilThere(given, maintenance, () => true)
      return use(maintenance)
    })
  }
  const { env } = where
  const data = readDataFolder(env)
  const running = findRunningServer(data, env)
  if (running !== null) return use(openMaintenance({ url: running.local, token: running.token }))
  const masterKey = readMasterKey(env) ?? readKeptMasterKey(data)
  if (masterKey === null)
    throw new Refusal(`there is no Latchkey on ${data} (LATCHKEY_DATA names another folder)`)
  const nextMasterKey = readMasterKey(env, 'LATCHKEY_MASTER_KEY_NEXT') ?? readNextMasterKey(data)
  return withStoppedServer({ data, state: stateFolder(data), masterKey, nextMasterKey }, ({ local, token }) =>
    use(openMaintenance({ url: local, token })),
  )
}

/** Waits until the deployed Worker has the token, and its keyring is as wanted. */
export function untilThere(
  given: WithToken,
  maintenance: Maintenance,
  isWanted: (keyring: Keyring) => boolean,
): Promise<Keyring> {
  return untilSettled(given, async () => {
    try {
      const value = await maintenance.keyring()
      return isWanted(value) ? { value } : { settling: 'the secrets of before' }
    } catch (error) {
      if (!(error instanceof MaintenanceRefused) || !isSettling(error.status)) throw error
      return { settling: String(error.status) }
    }
  })
}
