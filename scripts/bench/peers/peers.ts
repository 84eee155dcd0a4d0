// Latchkey beside two programs that let others in by counted tokens, with one client. Not part of any check: it installs both.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { command } from '../../lib/cli/command.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { withBench } from '../report/document.ts'
import { machine } from '../report/machine.ts'
import { formatTable } from '../report/table.ts'
import { type Extent, measurePeer, type Result, RIVALS, rowOf, USES } from './compare.ts'
import { startKeycloak } from './keycloak.ts'
import { startLatchkey } from './latchkey.ts'
import type { StartPeer } from './peer.ts'
import { startSynapse } from './synapse.ts'

const DOCUMENT = 'docs/performance.md'

const HELP = `Measures Latchkey beside Keycloak's initial access tokens and Synapse's registration tokens, all with one client.

  npm run bench:peers                       in about 8 minutes
  npm run bench:peers -- --quick            short rounds
  npm run bench:peers -- --only NAME        latchkey, keycloak or synapse; may be repeated
  npm run bench:peers -- --docs             the table into docs/performance.md, too
  npm run bench:peers -- --folder DIR       installs there and leaves it, so that the next run finds it

Keycloak needs Java (17 or newer), mvn and unzip; Synapse needs python3 with venv. Both are installed from their registries
into a temporary folder, run on loopback, and are stopped again.`

const PEERS: Readonly<Record<string, StartPeer>> = {
  latchkey: startLatchkey,
  keycloak: startKeycloak,
  synapse: startSynapse,
}
const FULL: Extent = { warmUpSeconds: 30, rounds: 5, seconds: 10, tokens: 5 }
const QUICK: Extent = { warmUpSeconds: 10, rounds: 3, seconds: 4, tokens: 3 }

const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  folder: { type: 'string' },
  docs: { type: 'boolean', default: false },
} as const

await command({ help: HELP, options, stopsAs: 'failure' }, async ({ values, signal }) => {
  await using undo = new AsyncDisposableStack()
  const folder = values.folder === undefined ? temporaryFolder(undo) : resolve(values.folder)
  mkdirSync(folder, { recursive: true })
  const unknown = values.only?.find((name) => !Object.hasOwn(PEERS, name))
  if (unknown !== undefined)
    throw new Refusal(`--only knows ${Object.keys(PEERS).join(', ')}, not "${unknown}"`, 2)
  const results: Result[] = []
  const missing: string[] = []
  for (const [name, start] of Object.entries(PEERS)) {
    if (values.only && !values.only.includes(name)) continue
    console.error(`latchkey: ${name}`)
    await using undoPeer = new AsyncDisposableStack()
    try {
      const peer = await start(folder, undoPeer, signal)
      results.push(await measurePeer(peer, values.quick ? QUICK : FULL, signal))
    } catch (error) {
      signal.throwIfAborted()
      missing.push(`Not measured: ${name}. ${error instanceof Error ? error.message : error}`)
    }
  }
  const columns = ['', 'enrollments/s', '± %', `let in by a token of ${USES}`, 'as']
  console.log(`\n${machine().description}.\n`)
  const table = formatTable({ columns, rows: results.map(rowOf) })
  if (results.length > 0) console.log(table)
  console.log(
    `\n16 connections, one token without end; then tokens of ${USES}, for each of which ${RIVALS} connections ask.`,
  )
  if (values.docs) {
    if (missing.length > 0) throw new Refusal(`nothing is written: ${missing.join(' ')}`)
    writeFileSync(DOCUMENT, withBench(readFileSync(DOCUMENT, 'utf8'), 'peers', table))
  }
  for (const line of missing) console.log(`\n${line}`)
  if (missing.length > 0) process.exitCode = 1
})

function temporaryFolder(undo: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-peers-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
