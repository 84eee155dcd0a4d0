/**
 * Makes a state of a backup. It is fenced, and D1's view of the ledgers rebuilt, before it gets the name under which npm
 * start looks for it: an unfenced one is never served.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readManifest } from './backup/manifest.ts'
import { command, oneFolder } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { type Maintenance, openMaintenance } from './lib/deployment/maintenance.ts'
import { findRunningServer } from './lib/server/running-server.ts'
import { readDataFolder, readMasterKey } from './lib/server/settings.ts'
import { withStoppedServer } from './lib/server/stopped-server.ts'
import { readKeptMasterKey, readNextMasterKey } from './lib/state/master-key.ts'
import { stateFolder } from './lib/state/state-files.ts'

const HELP = `Makes the state of a server from a backup, while the server is stopped and has no state.

  ${commandLine('restore', 'FOLDER')}

It reads LATCHKEY_DATA (.latchkey) and the master key of that time: LATCHKEY_DATA/master.key, or LATCHKEY_MASTER_KEY.
What happened since the backup is not known, so that every key, refresh token and API key in it is suspended until an
operator releases it: POST /v1/keys/{key}/release, POST /v1/profiles/{profile}/release, POST /v1/api-keys/{key}/release.
API clients and key pairs are disabled until they are enabled in the API of their dialect.
The next start writes fresh credentials of the demo organization; ${commandLine('bootstrap')} makes some for any other.`

const POLL_MS = 500

await command({ help: HELP, takes: 'some' }, ({ args }) =>
  restore(readDataFolder(process.env), resolve(oneFolder(args))),
)

async function restore(data: string, folder: string): Promise<void> {
  if (findRunningServer(data, process.env) !== null) throw new Refusal(`stop the Latchkey on ${data} first`)
  const { begun_at, files } = readManifest(folder)
  const state = stateFolder(data)
  if (existsSync(state) && readdirSync(state).length > 0) {
    throw new Refusal(`there is a state in ${state}: move it away first`)
  }
  const masterKey = readMasterKey(process.env) ?? readKeptMasterKey(data)
  if (masterKey === null) {
    throw new Refusal(
      `put the master key of the backup into ${join(data, 'master.key')}, or set LATCHKEY_MASTER_KEY`,
    )
  }
  process.umask(0o077)
  const draft = join(data, 'state.restoring')
  rmSync(draft, { recursive: true, force: true })
  for (const { path } of files) {
    mkdirSync(dirname(join(draft, path)), { recursive: true, mode: 0o700 })
    copyFileSync(join(folder, path), join(draft, path))
  }
  const server = { data, state: draft, masterKey, nextMasterKey: readNextMasterKey(data) }
  const fenced = await withStoppedServer(server, async ({ local, token }) => {
    const maintenance = openMaintenance({ url: local, token })
    const ofD1 = await maintenance.fence()
    const keyPairs = await maintenance.fenceKeyPairs()
    const counts = { ...ofD1, keyPairs, ...(await maintenance.fenceLedgers()) }
    await untilDelivered(maintenance)
    return counts
  })
  // Takes the place of an empty folder only: should a server have begun one meanwhile, this fails and it stays.
  renameSync(draft, state)
  const { keys, families, apiKeys, apiClients, keyPairs } = fenced
  console.log(
    `Restored the state of ${begun_at}. Until they are released these are suspended: ${keys} enrollment keys, ` +
      `the refresh tokens and certificates of ${families} agents, ${apiKeys} API keys. ` +
      `Until they are enabled these are disabled: ${apiClients} API clients, ${keyPairs} key pairs.`,
  )
}

/** Until D1 has heard all that the ledgers had to tell. */
async function untilDelivered(maintenance: Maintenance): Promise<void> {
  for (let reported = ''; ; await delay(POLL_MS)) {
    const { waiting } = await maintenance.survey()
    if (waiting === 0) return
    const text = `D1 has yet to hear of ${waiting} things …`
    if (text !== reported) console.error(text)
    reported = text
  }
}
