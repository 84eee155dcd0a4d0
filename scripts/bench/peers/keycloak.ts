import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { openFetch } from '../../lib/http/fetch-client.ts'
import { startDatabase } from '../baseline/database.ts'
import { freePort } from '../subjects/free-port.ts'
import type { Peer } from './peer.ts'
import { mustRun, startServer } from './programs.ts'

const VERSION = '26.7.3'
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`
const ADMIN = 'bench'
const token = z.object({ access_token: z.string() })
const initial = z.object({ token: z.string() })

/** Keycloak's initial access tokens with a count: each registers OAuth clients, at most as often as it says. */
export async function startKeycloak(
  folder: string,
  undo: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Peer> {
  const home = join(folder, `keycloak-${VERSION}`)
  if (!existsSync(home)) {
    await mustRun(
      'mvn',
      ['-q', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`],
      signal,
    )
    await mustRun('unzip', ['-q', join(folder, `keycloak-quarkus-dist-${VERSION}.zip`), '-d', folder], signal)
  }
  // Java says its version on standard error; that it runs is enough.
  await mustRun('java', ['-version'], signal)
  const database = new URL(await startDatabase(undo))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const password = randomBytes(16).toString('hex')
  await startServer(
    {
      program: join(home, 'bin/kc.sh'),
      args: [
        'start',
        '--http-enabled=true',
        '--http-host=127.0.0.1',
        `--http-port=${port}`,
        '--hostname-strict=false',
        '--cache=local',
        '--db=postgres',
        `--db-url=jdbc:postgresql://${database.host}${database.pathname}`,
        `--db-username=${database.username}`,
        `--db-password=${database.password}`,
      ],
      environment: { KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN, KC_BOOTSTRAP_ADMIN_PASSWORD: password },
      probe: `${url}/realms/master`,
    },
    undo,
    signal,
  )
  const { must } = openFetch(url)
  const signIn = new URLSearchParams({
    grant_type: 'password',
    client_id: 'admin-cli',
    username: ADMIN,
    password,
  })
  let sent = 0
  const run = randomBytes(6).toString('hex')
  return {
    name: `Keycloak ${VERSION}, initial access tokens`,
    setting: 'production mode, PostgreSQL, local caches, HTTP',
    url,
    makeToken: async (count) => {
      // An administrator's token lives a minute.
      const path = '/realms/master/protocol/openid-connect/token'
      const { access_token } = token.parse(await must('POST', path, signIn))
      const headers = () => ({ Authorization: `Bearer ${access_token}` })
      const body = { count, expiration: 86_400 }
      return initial.parse(await must('POST', '/admin/realms/master/clients-initial-access', body, headers))
        .token
    },
    enrollment: (code) => [
      {
        method: 'POST',
        path: '/realms/master/clients-registrations/openid-connect',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${code}` },
        setupRequest(request) {
          const client_name = `web-${run}-${++sent}`
          request.body = JSON.stringify({ client_name, redirect_uris: ['http://127.0.0.1/callback'] })
          return request
        },
      },
    ],
  }
}
