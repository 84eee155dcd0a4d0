import { readLock } from '../runtime/lock.ts'
import { deriveBootstrapToken, readKeptMasterKey } from '../runtime/master-key.ts'
import { type BootstrapReply, bootstrapOrganization } from '../runtime/organization.ts'
import { isRunning } from '../runtime/processes.ts'
import { Refusal } from '../runtime/refusal.ts'
import { readDataFolder, readMasterKey } from '../runtime/settings.ts'

type LocalRequest = {
  readonly organization: string
  readonly email: string
  readonly resetPassword: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Asks the server that runs on this machine; the token of its start follows from its master key and its lock. */
export async function bootstrapLocally({
  organization,
  email,
  resetPassword,
  env,
}: LocalRequest): Promise<{ url: string } & BootstrapReply> {
  const data = readDataFolder(env)
  const lock = readLock(data)
  if (lock === null || !isRunning(lock.runner)) {
    throw new Refusal(
      `no Latchkey is running on ${data}: npm start runs one (LATCHKEY_DATA names another folder)`,
    )
  }
  if (lock.url === null || lock.local === null) {
    throw new Refusal(`the Latchkey on ${data} (process ${lock.runner.pid}) is still starting: try again`)
  }
  const masterKey = readMasterKey(env) ?? readKeptMasterKey(data)
  if (masterKey === null) {
    throw new Refusal('the server was given its LATCHKEY_MASTER_KEY by the environment: give it here, too')
  }
  const token = deriveBootstrapToken(masterKey, lock.nonce)
  const request = { url: lock.local, token, organization, email, resetPassword }
  return { url: lock.url, ...(await bootstrapOrganization(request)) }
}
