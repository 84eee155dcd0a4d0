/** A Datonis account on a server that really runs: its operator, and devices that sign. */
import { randomBytes } from 'node:crypto'
import { signing } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import type { Served } from './server.ts'

export type Operator = {
  readonly token: string
  call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; json: Record<string, unknown> }>
  roleKey(name: string): Promise<string>
  createPair(members?: object): Promise<{ access_key: string; secret_key: string }>
}

export async function openDatonis({
  url,
  credentials,
}: Pick<Served, 'url' | 'credentials'>): Promise<Operator> {
  const { email, password, organisation_key } = credentials.datonis
  const client = openFetch(url)
  const ask = async (method: string, path: string, token: string | null, body?: object) => {
    const headers = token === null ? null : () => ({ 'X-Auth-Token': token })
    const { status, text } = await client.ask(method, path, body, headers)
    return { status, json: JSON.parse(text) as Record<string, unknown> }
  }
  const signedIn = await ask('POST', '/api_sign_in', null, { email, password, organisation_key })
  if (signedIn.status !== 200) throw new Error(`sign-in answered ${signedIn.status}`)
  const token = String(signedIn.json.auth_token)
  const roleKey = async (name: string) => {
    const { json } = await ask('GET', `/api/v3/roles?search=${encodeURIComponent(name)}`, token)
    // A search finds keys, too: `abc` may be part of one.
    const roles = json.roles as { name: string; role_key: string }[]
    return roles.find((role) => role.name === name)?.role_key ?? ''
  }
  return {
    token,
    call: (method, path, body) => ask(method, path, token, body),
    roleKey,
    async createPair(members = {}) {
      const key_pair = { role_key: await roleKey('Agent'), ...members }
      const { json } = await ask('POST', '/api/v3/key_pairs', token, { key_pair })
      return json.key_pair as { access_key: string; secret_key: string }
    },
  }
}

export type ServerDevice = {
  readonly accessKey: string
  readonly thing: string
  send(path: string, body: object): Promise<number>
  event(n: number): Promise<number>
}

/** A device of a pair of its own, unless one is given, and a thing that it registered. */
export async function openDevice(
  { url }: { readonly url: string },
  operator: Operator,
  pair?: { readonly access_key: string; readonly secret_key: string },
): Promise<ServerDevice> {
  const { access_key, secret_key } = pair ?? (await operator.createPair())
  const thing = randomBytes(5).toString('hex')
  const client = openFetch(url, { headers: signing(access_key, secret_key) })
  const send = async (path: string, body: object) => (await client.ask('POST', path, body)).status
  const registered = await send('/api/v3/things/register.json', {
    thing_key: thing,
    name: 'Press',
    timestamp: 1,
  })
  if (registered !== 200) throw new Error(`register answered ${registered}`)
  return {
    accessKey: access_key,
    thing,
    send,
    event: (n) => send('/api/v3/things/event.json', { thing_key: thing, timestamp: n, data: { n } }),
  }
}
