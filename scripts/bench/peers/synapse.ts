import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { openFetch } from '../../lib/http/fetch-client.ts'
import { startDatabase } from '../baseline/database.ts'
import { freePort } from '../subjects/free-port.ts'
import type { Peer } from './peer.ts'
import { mustRun, startServer } from './programs.ts'

const VERSION = '1.163.2'
const PACKAGES = [`matrix-synapse==${VERSION}`, 'psycopg2-binary']
const REGISTER = '/_matrix/client/v3/register'
/** The least that it takes. At its default of 12, hashing a password would be nearly all that is measured. */
const PASSWORD_ROUNDS = 4
const UNLIMITED = { per_second: 1_000_000, burst_count: 1_000_000 }

const nonced = z.object({ nonce: z.string() })
const registered = z.object({ access_token: z.string() })
const made = z.object({ token: z.string() })
const session = z.object({ session: z.string() })

/** Synapse's registration tokens: each makes accounts, at most as often as it says. */
export async function startSynapse(
  folder: string,
  undo: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Peer> {
  const home = join(folder, 'synapse')
  const python = join(home, 'bin/python')
  if (!existsSync(join(home, 'bin/synapse_homeserver'))) {
    await mustRun('python3', ['-m', 'venv', home], signal)
    await mustRun(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], signal)
  }
  const database = new URL(await startDatabase(undo))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const secret = randomBytes(16).toString('hex')
  const config = writeConfig(join(folder, `synapse-${port}`), port, database, secret)
  const program = ['-m', 'synapse.app.homeserver', '--config-path', config]
  await mustRun(python, [...program, '--generate-keys'], signal)
  await startServer({ program: python, args: program, probe: `${url}/health` }, undo, signal)
  const { must } = openFetch(url)
  const headers = await administratorOf(url, secret)
  return {
    name: `Synapse ${VERSION}, registration tokens`,
    setting: `one process, PostgreSQL, no rate limits, ${PASSWORD_ROUNDS} rounds of bcrypt`,
    url,
    makeToken: async (uses_allowed) => {
      const body = { uses_allowed }
      return made.parse(await must('POST', '/_synapse/admin/v1/registration_tokens/new', body, headers)).token
    },
    enrollment: stagesOf,
  }
}

/** A registration is three requests: it begins, shows the token, and ends with the last stage. */
function stagesOf(token: string): Peer['enrollment'] extends (token: string) => infer R ? R : never {
  const run = randomBytes(4).toString('hex')
  let sent = 0
  const stage = (auth: Readonly<Record<string, string>> | null) => ({
    method: 'POST' as const,
    path: REGISTER,
    headers: { 'content-type': 'application/json' },
    setupRequest(request: { body?: unknown }, context: { username?: string; session?: string }) {
      if (auth === null) context.username = `web-${run}-${++sent}`
      const { username, session } = context
      request.body = JSON.stringify({
        username,
        password: 'correct horse',
        ...(auth && { auth: { ...auth, session } }),
      })
      return request
    },
    onResponse(_status: number, body: string, context: { session?: string }) {
      const begun = auth === null ? session.safeParse(JSON.parse(body)) : null
      if (begun?.success) context.session = begun.data.session
    },
  })
  return [
    stage(null),
    stage({ type: 'm.login.registration_token', token }),
    stage({ type: 'm.login.dummy' }),
  ] as ReturnType<Peer['enrollment']>
}

async function administratorOf(url: string, secret: string) {
  const { must } = openFetch(url)
  const { nonce } = nonced.parse(await must('GET', '/_synapse/admin/v1/register'))
  const [username, password] = ['bench', randomBytes(12).toString('hex')]
  const mac = createHmac('sha1', secret).update([nonce, username, password, 'admin'].join('\0')).digest('hex')
  const body = { nonce, username, password, admin: true, mac }
  const { access_token } = registered.parse(await must('POST', '/_synapse/admin/v1/register', body))
  return () => ({ Authorization: `Bearer ${access_token}` })
}

/** Its file is YAML, of which JSON is a part. */
function writeConfig(folder: string, port: number, database: URL, secret: string): string {
  mkdirSync(folder, { recursive: true })
  const at = (name: string) => join(folder, name)
  writeFileSync(at('log.yaml'), JSON.stringify({ version: 1, root: { level: 'ERROR' } }))
  const config = {
    server_name: 'peers.example',
    pid_file: at('pid'),
    listeners: [
      { port, bind_addresses: ['127.0.0.1'], type: 'http', tls: false, resources: [{ names: ['client'] }] },
    ],
    database: {
      name: 'psycopg2',
      // The cluster's order of texts is that of this machine; it is empty and goes with the bench.
      allow_unsafe_locale: true,
      args: {
        host: database.hostname,
        port: Number(database.port),
        user: database.username,
        password: database.password,
        dbname: database.pathname.slice(1),
        cp_min: 5,
        cp_max: 16,
      },
    },
    log_config: at('log.yaml'),
    media_store_path: at('media'),
    signing_key_path: at('signing.key'),
    macaroon_secret_key: secret,
    form_secret: secret,
    registration_shared_secret: secret,
    report_stats: false,
    trusted_key_servers: [],
    enable_registration: true,
    registration_requires_token: true,
    bcrypt_rounds: PASSWORD_ROUNDS,
    rc_registration: UNLIMITED,
    rc_registration_token_validity: UNLIMITED,
    rc_login: { address: UNLIMITED, account: UNLIMITED, failed_attempts: UNLIMITED },
  }
  writeFileSync(at('homeserver.yaml'), JSON.stringify(config))
  return at('homeserver.yaml')
}
