/**
 * Copies the state while a server works on it. Each ledger and each device's inbox is copied as it is at one instant, all of
 * what it had acknowledged by then; D1 comes last, so that it has the organizations, the numbers of ledgers, the access keys
 * and the versions of the keyring that any of them refers to. What D1 says beyond that of what they own is forgotten by the
 * restore: a restored state claims nothing that no ledger has.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { writeManifest } from './backup/manifest.ts'
import { command, oneFolder } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { readDataFolder } from './lib/server/settings.ts'
import { stateFiles, stateFolder } from './lib/state/state-files.ts'

const HELP = `Copies the state of a server into a new folder, also while it serves.

  ${commandLine('backup', 'FOLDER')}

It reads LATCHKEY_DATA (.latchkey). The master key is not in it: keep that elsewhere, for neither opens without the other.`

/** A copy waits so long for a lock that the server holds for a moment. */
const BUSY_TIMEOUT_MS = 10_000

await command({ help: HELP, takes: 'some' }, ({ args }) =>
  backUp(stateFolder(readDataFolder(process.env)), resolve(oneFolder(args))),
)

function backUp(state: string, folder: string): void {
  if (existsSync(folder)) throw new Refusal(`${folder} is there already: name a new folder`)
  const { d1 } = stateFiles(state)
  if (d1.length === 0) throw new Refusal(`there is no state in ${state} (LATCHKEY_DATA names another folder)`)
  process.umask(0o077)
  const begunAt = new Date()
  // Under another name until it is whole.
  const draft = `${folder}.unfinished`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  // Listed now, since the copies take a while.
  const { ledgers, inboxes } = stateFiles(state)
  const paths = [...ledgers, ...inboxes, ...d1]
  for (const path of paths) copyDatabase(join(state, path), join(draft, path))
  writeManifest(draft, begunAt, paths)
  renameSync(draft, folder)
  const what = `${ledgers.length} ledgers, ${inboxes.length} inboxes of devices and D1`
  console.log(`Backed up ${what}, as of ${begunAt.toISOString()}, to ${folder}`)
}

/** One reading transaction, so that what it copies is what was committed at one instant. */
function copyDatabase(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const source = new DatabaseSync(from, { readOnly: true })
  try {
    source.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    source.prepare('VACUUM INTO ?').run(to)
  } finally {
    source.close()
  }
  const file = openSync(to, 'r')
  fsyncSync(file)
  closeSync(file)
}
