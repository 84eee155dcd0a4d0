/** Guesses at passwords and at the secrets of API keys and clients. */
import { randomBytes } from 'node:crypto'
import { basic, spoiledCredential } from '../../../lib/http/credential.ts'
import { must } from '../../api/ask.ts'
import type { LoadRequest } from '../generator/traffic.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { get, postForm, postJson } from '../requests.ts'
import type { Scene } from '../scene.ts'

const GUESSES = 2_000
const USERS = 40

type Guess = (email: string, password: string) => LoadRequest

const SIGN_INS: Readonly<Record<string, Guess>> = {
  Illumio: (email, password) => ({
    ...get('/api/v2/login_users/authenticate', basic(email, password)),
    method: 'POST',
  }),
  Datonis: (email, password) => postJson('/api_sign_in', { email, password }),
}

function guessing(
  route: string,
  guess: Guess,
  of: string,
  emails: (scene: Scene) => Promise<readonly string[]>,
): Load {
  return {
    name: `passwords of ${of} addresses, ${route}`,
    by: 'stranger',
    async prepare(scene) {
      const known = await emails(scene)
      const requests = Array.from({ length: GUESSES }, (_, i) =>
        guess(known[i % known.length] ?? '', `A-wrong-password-${randomBytes(6).toString('hex')}`),
      )
      return { connections: CONNECTIONS, requests }
    },
  }
}

async function madeUp(): Promise<readonly string[]> {
  return Array.from({ length: GUESSES }, () => `${randomBytes(6).toString('hex')}@guessed.example`)
}

/** New users each time: those of an earlier load may be locked. */
async function ofUsers({ client, tenant }: Scene): Promise<readonly string[]> {
  const emails = Array.from({ length: USERS }, () => `${randomBytes(6).toString('hex')}@proof.example`)
  for (const username of emails) {
    const headers = tenant.credentials.api_key ?? null
    await must(client, { method: 'POST', path: '/api/v2/users', headers, json: { username } })
  }
  return emails
}

const guesses = Object.entries(SIGN_INS).flatMap(([route, guess]) => [
  guessing(route, guess, 'made-up', madeUp),
  guessing(route, guess, 'real', ofUsers),
])

export const passwords: readonly Load[] = [
  ...guesses,
  {
    name: 'wrong secrets of API keys',
    by: 'stranger',
    expects: 401,
    prepare({ tenant }) {
      const { api_key: genuine = () => ({}) } = tenant.credentials
      const keys = [
        spoiledCredential(genuine),
        basic(`api_${randomBytes(8).toString('hex')}`, 'a'.repeat(64)),
      ]
      const paths = ['/v1/keys', `/api/v2/orgs/${tenant.id}/workloads`]
      return {
        connections: CONNECTIONS,
        requests: keys.flatMap((key) => paths.map((path) => get(path, key))),
      }
    },
  },
  {
    name: 'wrong secrets of API clients',
    by: 'stranger',
    prepare({ tenant }) {
      const ids = [
        tenant.customer.clientId,
        ...Array.from({ length: 200 }, () => randomBytes(16).toString('hex')),
      ]
      const requests = ids.map((client_id) =>
        postForm('/signin', { client_id, client_secret: randomBytes(24).toString('base64url') }),
      )
      return { connections: CONNECTIONS, requests }
    },
  },
]
